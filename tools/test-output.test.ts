import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestOutput } from "./test-output.ts";

/** The lines that are shown for a file with this text, after the real runner has run it. */
async function outputOf(text: string): Promise<{ output: TestOutput; shown: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "lading-output-"));
  try {
    writeFileSync(join(folder, "one.test.ts"), `import { expect, test } from "bun:test";\n${text}`);
    const child = Bun.spawn([process.execPath, "test", "--timeout", "200"], {
      cwd: folder,
      stderr: "pipe",
      stdout: "ignore",
    });
    const output = new TestOutput();
    const lines = (await new Response(child.stderr).text()).split("\n");
    return { output, shown: lines.flatMap((line) => output.take(line)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("newcomer 12: npm test shows", () => {
  test("no line of tests that pass or are skipped", async () => {
    const { output, shown } = await outputOf(
      'test("one", () => { console.error("noise"); expect(1).toBe(1); }); test.skip("two", () => undefined);',
    );
    expect(shown).toEqual([]);
    expect([output.passed, output.failed, output.skipped]).toEqual([1, 0, 1]);
    expect(output.skips).toEqual([expect.stringMatching(/\.test\.ts: .+/)]);
  });

  test("a failure once, with file, reason and name", async () => {
    const { output, shown } = await outputOf(
      'test("good", () => undefined);\ntest("bad", () => expect("a").toBe("b"));',
    );
    expect(shown[0]).toBe("one.test.ts:");
    expect(shown.join("\n")).toContain('Received: "a"');
    expect(shown.at(-1)).toMatch(/^\(fail\) bad/);
    expect(shown.filter((line) => line.startsWith("(fail)"))).toHaveLength(1);
    expect([output.passed, output.failed]).toEqual([1, 1]);
  });

  test("only the beginning of a long failure", async () => {
    const { shown } = await outputOf('test("bad", () => { throw new Error(Array(500).fill("line").join("\\n")); });');
    expect(shown.length).toBeLessThan(40);
    expect(shown.join("\n")).toMatch(/\.\.\. \d+ more lines/);
  });

  test("a test that timed out, and an error outside of any test", async () => {
    const late = await outputOf('test("late", () => new Promise(() => undefined));');
    expect(late.shown.join("\n")).toContain("timed out after 200ms");
    const outside = await outputOf('throw new Error("at import");');
    expect(outside.shown.join("\n")).toContain("at import");
    expect(outside.output.failed).toBeGreaterThan(0);
  });
});
