import { expect, test } from "bun:test";
import { findKeys, linesOf, type KeyLine } from "./yaml-lines.ts";

/** Each key with its line, indented by its depth. The lines of items are in brackets. */
function found(text: string): string[] {
  const lines = (keys: readonly KeyLine[], indentation: string): string[] =>
    keys.flatMap(({ key, line, items, keys: below }) => [
      `${indentation}${key} ${line}${items.length > 0 ? ` [${items.join()}]` : ""}`,
      ...lines(below, `${indentation}  `),
    ]);
  return lines(findKeys(linesOf(text)), "");
}

test("the line of each key is found in several levels, with any lines between the keys", () => {
  const text = `# comment
---
one: # comment
  a: x: y

  # b: 1
  "b": 'it''s'
  'c' : |
    d: 1
  e:
  - x
  - y: 1
  f:
      - z
two:
    g: [
      h: 1
    ]
    --i: x#y
three:
  j:
    k:
      l: 1
  m:
  - n: 1
    o: 2
  p:
    q:
    - r: 1
      s: 2
    t: 3
...
`;
  const keys = ["one 3", "  a 4", "  b 7", "  c 8", "    d 9", "  e 10 [11,12]", "  f 13 [14]"].concat(
    ["two 15", "  g 16", "    h 17", "  --i 19"],
    ["three 20", "  j 21", "    k 22", "      l 23", "  m 24 [25]", "  p 27", "    q 28 [29]", "    t 31"],
  );
  expect(found(text)).toEqual(keys);
  expect(found(text.replaceAll("\n", "\r\n"))).toEqual(keys);
});

test("repeated keys are found again", () => {
  expect(found("a:\n  b: 1\n  b: 2\na:\n  c: 3")).toEqual(["a 1", "  b 2", "  b 3", "a 4", "  c 5"]);
});

test("escapes in quotes are read", () => {
  expect(found(`"\\x61\\"": 1\n'it''s':\n  "\\e[31m": 2`)).toEqual(['a" 1', "it's 2", "  \u{1b}[31m 3"]);
});

test("any other line in the position of a key counts as a key, so that it differs from all parsed keys", () => {
  for (const text of ["{a: 1}", "- a: 1", "a:b", "? a", "*a : 1", "a", "!!str a: 1"]) {
    expect([text, ...found(text)]).toEqual([text, `${text} 1`]);
    if (!text.startsWith("-")) expect(found(`b:\n  ${text}`)).toEqual(["b 1", `    ${text} 2`]);
  }
});
