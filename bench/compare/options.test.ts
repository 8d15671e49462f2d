import { expect, test } from "bun:test";
import { comparisons } from "./comparisons.ts";
import { parseOptions } from "./options.ts";

const parse = (...parameters: string[]) => parseOptions(parameters, (path) => `text of ${path}`);

test("everything is compared by default", () => {
  const options = parse();
  expect(options.only).toEqual(comparisons.map(({ name }) => name));
  expect(options).toMatchObject({ rounds: 5, seconds: 3, quick: false, tmpfs: "/dev/shm", peers: [], earlier: [] });
  expect(options.scale).toMatchObject({ largeBytes: 536_870_912, tags: 20_000, rows: 1_000_000 });
});

test("a quick run is short, and other options override its values", () => {
  expect(parse("--quick")).toMatchObject({ rounds: 1, seconds: 1 });
  expect(parse("--quick", "--rounds", "3", "--rows", "70")).toMatchObject({ rounds: 3, scale: { rows: 70 } });
  expect(parse("--quick").scale.largeBytes).toBeLessThan(parse().scale.largeBytes);
});

test("some comparisons, several peers, and earlier files can be selected", () => {
  const options = parse(
    "--only",
    "images,blob-head",
    "--peer",
    "name=zot",
    "--peer",
    "name=a,binary=b,config=c",
    "--with",
    "x,y",
  );
  expect(options.only).toEqual(["images", "blob-head"]);
  expect(options.peers.map(({ name, template }) => [name, template])).toEqual([
    ["zot", expect.stringContaining("distSpecVersion")],
    ["a", "text of c"],
  ]);
  expect(options.earlier).toEqual(["x", "y"]);
  expect(parse("--only", "none").only).toEqual([]);
});

test.each([
  [["--only", "speed"], '"speed" is none of'],
  [["--rounds", "0"], "--rounds"],
  [["--seconds", "1.5"], "--seconds"],
  [["--workers", "many"], "--workers"],
])("%p is refused", (parameters, message) => {
  expect(() => parse(...parameters)).toThrow(message);
});

test("the number of workers can be set", () => {
  expect(parse("--workers", "3").workers).toBe(3);
  expect(parse().workers).toBeGreaterThanOrEqual(1);
});

test("the names of comparisons are unique", () => {
  const names = comparisons.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
