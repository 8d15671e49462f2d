import { expect, test } from "bun:test";
import { treeOfTar } from "../../checks/clients/tree.ts";
import { tarOf, type Entry } from "./tar.ts";

const entries: readonly Entry[] = [
  { path: "usr/bin/program", bytes: Buffer.alloc(1000, "x"), mode: 0o755 },
  { path: "usr/bin-link", target: "bin/program" },
  { path: "data/", owner: 65_532, mode: 0o700 },
  { path: "empty", bytes: Buffer.alloc(0) },
];
const time = 1_796_070_720;

/** The text of a field in each header of an archive, by the name of the entry. */
function fieldsOf(archive: Uint8Array, offset: number, length: number): Record<string, string> {
  const text = Buffer.from(archive).toString("latin1");
  const starts = [...text.matchAll(/ustar\0/g)].map(({ index }) => index - 257);
  const field = (start: number, at: number, size: number) => text.slice(start + at, start + at + size).split("\0")[0]!;
  return Object.fromEntries(starts.map((start) => [field(start, 0, 100), field(start, offset, length)]));
}

test("another program reads the files and links as they are", async () => {
  const tree = await treeOfTar(new Blob([tarOf(entries, time)]).stream());
  const x = new Bun.CryptoHasher("sha256").update("x".repeat(1000)).digest("hex");
  const nothing = new Bun.CryptoHasher("sha256").digest("hex");
  expect(Object.fromEntries(tree)).toEqual({
    empty: `file 644 0 ${nothing}`,
    "usr/bin-link": "symlink bin/program",
    "usr/bin/program": `file 755 1000 ${x}`,
  });
});

test("each folder comes before its content, with its owner and permissions", () => {
  const archive = tarOf(entries, time);
  expect(Object.keys(fieldsOf(archive, 0, 100))).toEqual([
    "data/",
    "empty",
    "usr/",
    "usr/bin-link",
    "usr/bin/",
    "usr/bin/program",
  ]);
  expect(fieldsOf(archive, 100, 8)).toMatchObject({ "data/": "0000700", "usr/": "0000755" });
  expect(fieldsOf(archive, 108, 8)).toMatchObject({ "data/": "0177774", "usr/": "0000000" });
});

test("the order of the entries changes nothing, and every time is the given one", () => {
  const archive = tarOf(entries, time);
  expect(tarOf(entries.toReversed(), time)).toEqual(archive);
  expect(new Set(Object.values(fieldsOf(archive, 136, 12)))).toEqual(new Set([time.toString(8)]));
});

test("a path that the format has no room for is refused", () => {
  expect(() => tarOf([{ path: "a".repeat(101), bytes: Buffer.alloc(0) }], time)).toThrow("is too long");
});
