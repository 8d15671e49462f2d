import { expect, test } from "bun:test";
import { findKeys, linesOf, type SettingLine } from "./yaml-lines.ts";

/** Each key with its line. The lines of items are in brackets. */
function found(text: string): string[] {
  const keys = (settings: readonly SettingLine[]) =>
    settings.map(({ key, line, items }) => `  ${key} ${line}${items.length > 0 ? ` [${items.join()}]` : ""}`);
  return findKeys(linesOf(text)).flatMap(({ key, line, settings }) => [`${key} ${line}`].concat(keys(settings)));
}

test("the line of each key is found in two levels, with any lines between the keys", () => {
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
...
`;
  const keys = ["one 3", "  a 4", "  b 7", "  c 8", "  e 10 [11,12]", "  f 13 [14]", "two 15", "  g 16", "  --i 19"];
  expect(found(text)).toEqual(keys);
  expect(found(text.replaceAll("\n", "\r\n"))).toEqual(keys);
});

test("repeated keys are found again", () => {
  expect(found("a:\n  b: 1\n  b: 2\na:\n  c: 3")).toEqual(["a 1", "  b 2", "  b 3", "a 4", "  c 5"]);
});

test("any other line in the position of a key counts as a key, so that it differs from all parsed keys", () => {
  for (const text of ["{a: 1}", "- a: 1", "a:b", "? a", "*a : 1", "a", "!!str a: 1", '"\\x61": 1']) {
    expect([text, ...found(text)]).toEqual([text, `${text} 1`]);
    if (!text.startsWith("-")) expect(found(`b:\n  ${text}`)).toEqual(["b 1", `    ${text} 2`]);
  }
});
