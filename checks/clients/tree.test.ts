import { afterAll, describe, expect, test } from "bun:test";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { digestOfBytes, hexOf } from "./layout.ts";
import { assertSameTree, mergeLayers, treeOfTar, type Tree } from "./tree.ts";

const LONG_PATH = `${"deep/".repeat(60)}${"name".repeat(30)}`;
const LONG_TARGET = `/${"target/".repeat(40)}end`;

const folder = mkdtempSync(join(tmpdir(), "lading-tree-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content, { mode: 0o640 });
}

write("empty", "");
write("exact-block", new Uint8Array(512).fill(7));
write("over-a-block", new Uint8Array(70_001).fill(9));
write(LONG_PATH, "far down");
symlinkSync("exact-block", join(folder, "short-link"));
symlinkSync(LONG_TARGET, join(folder, "long-link"));
linkSync(join(folder, "over-a-block"), join(folder, "z-hard-link"));

function tarOf(format: string): Bun.Subprocess<"ignore", "pipe", "inherit"> {
  const flags = ["--create", `--format=${format}`, "--sort=name", "--directory", folder, "."];
  return Bun.spawn(["tar", ...flags], { stdin: "ignore", stdout: "pipe" });
}

function fileEntry(content: string | Uint8Array): string {
  return `file 640 ${content.length} ${hexOf(digestOfBytes(content))}`;
}

function complaintOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return treeOfTar(new Blob([bytes]).stream()).then(
    () => "none",
    (error: unknown) => String(error),
  );
}

describe.each(["gnu", "pax"])("a tar in %s format", (format) => {
  test("returns every file and link with its content", async () => {
    const tree = await treeOfTar(tarOf(format).stdout);
    expect(Object.fromEntries(tree)).toEqual({
      empty: fileEntry(""),
      "exact-block": fileEntry(new Uint8Array(512).fill(7)),
      "over-a-block": fileEntry(new Uint8Array(70_001).fill(9)),
      "z-hard-link": fileEntry(new Uint8Array(70_001).fill(9)),
      [LONG_PATH]: fileEntry("far down"),
      "short-link": "symlink exact-block",
      "long-link": `symlink ${LONG_TARGET}`,
    });
  });

  test("is refused if it is truncated or not a tar", async () => {
    const whole = new Uint8Array(await new Response(tarOf(format).stdout).arrayBuffer());
    const cut = whole.subarray(0, whole.lastIndexOf(9) - 100);
    expect(await complaintOf(cut)).toContain("too early");
    const noTar = new Uint8Array(2048).fill(1);
    expect(await complaintOf(noTar)).toContain("not a tar header");
  });
});

describe("comparing trees", () => {
  const expected: Tree = new Map([
    ["a", "file 644 1 aa"],
    ["b", "symlink a"],
  ]);

  test("accepts equal trees in any order", () => {
    expect(() => assertSameTree("files", new Map([...expected].toReversed()), expected)).not.toThrow();
  });

  test.each([
    ["a path that is missing", new Map([["a", "file 644 1 aa"]])],
    ["a path too many", new Map([...expected, ["c", "symlink a"]])],
    ["other content", new Map([...expected, ["a", "file 644 1 bb"]])],
    ["another mode", new Map([...expected, ["a", "file 755 1 aa"]])],
  ])("refuses %s", (_, actual) => {
    expect(() => assertSameTree("files", actual, expected)).toThrow("1 of 2 paths differ");
  });

  test("refuses two empty trees", () => {
    expect(() => assertSameTree("files", new Map(), new Map())).toThrow("nothing to compare");
  });

  test("a later layer replaces a path of an earlier one", () => {
    const merged = mergeLayers([expected, new Map([["a", "file 600 2 cc"]])]);
    expect(Object.fromEntries(merged)).toEqual({ a: "file 600 2 cc", b: "symlink a" });
  });
});
