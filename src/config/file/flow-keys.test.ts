import { expect, test } from "bun:test";
import { repeatedFlowKeys } from "./flow-keys.ts";
import { linesOf } from "./yaml-lines.ts";

/** The repeated keys of a text, each as `line key`. The text has to be valid YAML. */
function repeatedIn(text: string): string[] {
  Bun.YAML.parse(text);
  return repeatedFlowKeys(linesOf(text)).map(({ key, line }) => `${line} ${key}`);
}

test.each([
  ["a: {b: 1, b: 2}", ["1 b"]],
  ['{"a":1,\n\'a\': 2, "\\x61": 3, a : 4}', ["2 a", "2 a", "2 a"]],
  ["x: 1\ny: &p {a: {b: 1},\n  # b: 3\n  c: [1, {d: 1, d}], a: 2 }\nz: {a, a}", ["4 d", "4 a", "5 a"]],
  ["- - {a: 1, a: 2}\n- 'k' : [{a: 1}, {a: 1}]\n- [{b: 1, c: 2, b: http://x}]", ["1 a", "3 b"]],
  ["a: {u: http://a:1, b:c: 1, b:c: 2}", ["1 b:c"]],
  ["a: { a b: 1, a b: 2}", ["1 a b"]],
])("keys that occur twice in %j", (text, repeated) => expect(repeatedIn(text)).toEqual([...repeated]));

test.each([
  "a: {b: c, c: b, d: {b: 1, c: {b: 1}}}",
  "a: '{b: 1, b: 2}'\nb: 1 # {b: 1, b: 2}\n# c: {b: 1, b: 2}",
  "a: |\n  {b: 1, b: 2}\n\n  c: {b: 1, b: 2}\nb: >-\n  {b: 1, b: 2}\n",
  "a: ['b: 1', b, b, \"}\", {b: '''}'}]\nb: {}\nc: []",
  "a: {b: 1 #, b: 2\n  , c: 'it''s', d: b, e: [b, b]}",
  "",
])("no key occurs twice in %j", (text) => expect(repeatedIn(text)).toEqual([]));
