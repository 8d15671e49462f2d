import { expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "./report.ts";

const script = join(import.meta.dir, "run.ts");
const document = join(import.meta.dir, "..", "..", "docs", "performance.md");

/** Runs the command without any other program on PATH. */
function run(...parameters: readonly string[]) {
  const ended = Bun.spawnSync([process.execPath, script, ...parameters], {
    env: { PATH: import.meta.dir },
    timeout: 50_000,
  });
  return { code: ended.exitCode, out: ended.stdout.toString(), err: ended.stderr.toString() };
}

test("a quick run measures, lists missing programs, writes both files, and leaves nothing else", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-compare-"));
  const inFolder = (name: string) => join(folder, name);
  try {
    for (const name of ["disk", "tmpfs"]) mkdirSync(inFolder(name));
    cpSync(document, inFolder("performance.md"));
    const places = ["--data", inFolder("disk"), "--tmpfs", inFolder("tmpfs")];
    const kept = ["--json", inFolder("figures.json"), "--report", inFolder("performance.md")];
    const { code, out, err } = run(
      "--quick",
      "--only",
      "blob-head,manifest-get,rss-idle",
      "--workers",
      "2",
      ...places,
      ...kept,
    );
    // wrk, which reads the manifest, is one of the missing programs.
    expect([code, err]).toEqual([1, expect.stringContaining("manifest-get: round 1")]);
    expect(out).toContain("Missing: distribution-2; there is no docker-registry.");
    const report = JSON.parse(readFileSync(inFolder("figures.json"), "utf8")) as Report;
    const [get, head, memory] = report.results;
    expect(get!.series[0]).toMatchObject({ name: "lading", values: [], problem: expect.stringContaining("wrk") });
    expect(head!.series).toMatchObject([
      { name: "lading", values: [expect.any(Number)] },
      { name: "lading x2", values: [expect.any(Number)] },
      { name: "constant", values: [expect.any(Number)] },
    ]);
    expect(memory!.series[0]!.values[0]).toBeGreaterThan(20);
    expect(readFileSync(inFolder("performance.md"), "utf8")).toContain("| resident memory, idle | MB |");
    expect([readdirSync(inFolder("disk")), readdirSync(inFolder("tmpfs"))]).toEqual([[], []]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

test("a wrong command line measures nothing", () => {
  expect(run("--only", "speed")).toMatchObject({ code: 2, err: expect.stringContaining("usage: scripts/bench") });
  expect(run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("usage: scripts/bench") });
});
