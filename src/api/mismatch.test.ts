import { describe, expect, test } from "bun:test";
import { mismatchOf } from "./mismatch.ts";
import type { FromSchema, Schema } from "./schema.ts";

const schema = {
  type: "object",
  properties: {
    name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
    "a/b~c": { type: "integer", minimum: 1, maximum: 9 },
    list: { type: "array", items: { type: ["integer", "null"] }, minItems: 1, maxItems: 3 },
    open: { type: "object", properties: { size: { type: "integer" } } },
    closed: { type: "object", properties: {}, additionalProperties: false },
    map: { type: "object", additionalProperties: { type: "boolean" } },
    version: { const: 2 },
    kind: { enum: ["push", "pull"] },
  },
  required: ["name"],
} as const satisfies Schema;

const mismatch = (value: object) => mismatchOf(schema, { name: "abc", ...value });

describe("a value that matches its schema", () => {
  test.each([
    {},
    { "a/b~c": 9, list: [1, null], version: 2, kind: "push" },
    { open: { size: 1, other: "field" }, closed: {}, map: { one: true, two: false } },
    { unknown: [[{}]] },
  ])("%j", (value) => {
    expect(mismatch(value)).toBeUndefined();
  });

  test("the characters of a text count, not its units in memory", () => {
    const four: Schema = { type: "string", maxLength: 4 };
    expect(mismatchOf(four, "😀😀😀😀")).toBeUndefined();
    expect(mismatchOf(four, "😀😀😀😀😀")).toBeDefined();
  });
});

describe("a mismatch has its place and what is expected there", () => {
  test.each<[object, string, string]>([
    [{ name: 1 }, "/name", "a string (length at most 5, matches ^[a-z]+$)"],
    [{ name: "abcdef" }, "/name", "a string (length at most 5, matches ^[a-z]+$)"],
    [{ name: "ABC" }, "/name", "a string (length at most 5, matches ^[a-z]+$)"],
    [{ "a/b~c": 0 }, "/a~1b~0c", "an integer (at least 1, at most 9)"],
    [{ "a/b~c": 10 }, "/a~1b~0c", "an integer (at least 1, at most 9)"],
    [{ "a/b~c": 1.5 }, "/a~1b~0c", "an integer (at least 1, at most 9)"],
    [{ list: [] }, "/list", "a list (length at least 1, length at most 3)"],
    [{ list: [1, 2, 3, 4] }, "/list", "a list (length at least 1, length at most 3)"],
    [{ list: { length: 1 } }, "/list", "a list (length at least 1, length at most 3)"],
    [{ list: [1, "2"] }, "/list/1", "an integer or null"],
    [{ list: [2 ** 53] }, "/list/0", "an integer or null"],
    [{ open: [] }, "/open", "an object"],
    [{ open: null }, "/open", "an object"],
    [{ closed: { x: 1 } }, "/closed/x", "no such field"],
    [{ closed: JSON.parse('{"__proto__":1}') }, "/closed/__proto__", "no such field"],
    [{ closed: { constructor: 1 } }, "/closed/constructor", "no such field"],
    [{ map: { one: 1 } }, "/map/one", "true or false"],
    [{ version: "2" }, "/version", "2"],
    [{ kind: "PUSH" }, "/kind", 'one of "push", "pull"'],
  ])("%j", (value, pointer, expected) => {
    expect(mismatch(value)).toEqual({ pointer, expected });
  });

  test("a missing field, and a whole document of another type", () => {
    expect(mismatchOf(schema, {})).toEqual({ pointer: "", expected: 'a field "name"' });
    expect(mismatchOf(schema, [])).toEqual({ pointer: "", expected: "an object" });
    expect(mismatchOf(schema, Object.create({ name: "abc" }))).toMatchObject({ expected: 'a field "name"' });
  });

  test.each(["Size", "SIZE", "ſize"])("the look-alike key %s, where other unknown keys are allowed", (key) => {
    expect(mismatch({ open: { [key]: 1 } })).toEqual({
      pointer: `/open/${key}`,
      expected: expect.stringContaining('is read as "size"'),
    });
  });
});

test("the type of a value follows from its schema", () => {
  const value: FromSchema<typeof schema> = { name: "abc", list: [1, null], map: { one: true }, kind: "pull" };
  // @ts-expect-error: a required field
  const missing: FromSchema<typeof schema> = { list: [1] };
  // @ts-expect-error: an item of another type
  const wrong: FromSchema<typeof schema> = { name: "abc", list: ["1"] };
  // @ts-expect-error: no value of the list
  const other: FromSchema<typeof schema> = { name: "abc", kind: "delete" };
  expect([value, missing, wrong, other].map((one) => mismatchOf(schema, one)?.pointer)).toEqual([
    undefined,
    "",
    "/list/0",
    "/kind",
  ]);
});
