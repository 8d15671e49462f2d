import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseJson } from "../../oci/json.ts";
import { compact, goStruct, marshal, marshalIndent } from "./go-json.ts";
import { textsOfMembers } from "./json-members.ts";

describe("JSON in Go's form", () => {
  test("escapes HTML characters, line separators and halves of surrogate pairs", () => {
    const spelled = String.raw`"\u003ca\u003e\u0026'\"\\/\u2028\u2029`;
    expect(marshal("<a>&'\"\\/\u2028\u2029é😀\u007f")).toBe(`${spelled}é😀\u007f"`);
    expect(marshal("\b\f\n\r\t\u0000\u001f")).toBe(String.raw`"\b\f\n\r\t\u0000\u001f"`);
    expect(marshal("\ud800x\udc00")).toBe('"\ufffdx\ufffd"');
    expect(marshal({ "<": "" })).toBe(String.raw`{"\u003c":""}`);
  });

  test("sorts the keys of a map by their bytes, and leaves a struct in its order without absent fields", () => {
    // In UTF-16, U+1F600 sorts before U+FF5E; in UTF-8, after it.
    expect(marshal({ b: 1, "10": 2, a: 3, "9": 4, "😀": 5, "～": 6 })).toBe('{"10":2,"9":4,"a":3,"b":1,"～":6,"😀":5}');
    const fields = [
      ["b", "1"],
      ["10", undefined],
      ["a", ["x"]],
    ] as const;
    expect(marshal(goStruct(fields))).toBe('{"b":"1","a":["x"]}');
  });

  test("indents as JSON.stringify does, after a prefix on each line", () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(sortedText(value)) as never);
    fc.assert(
      fc.property(plain, fc.constantFrom("   ", "\t"), fc.constantFrom("", "   "), (value, indent, prefix) => {
        const escape = (text: string) =>
          text.replace(/[<>&\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
        const expected = escape(JSON.stringify(value, undefined, indent)).replaceAll("\n", `\n${prefix}`);
        fc.pre(!/\\ud[89a-f]/.test(expected) && !/"(?:0|[1-9]\d*)": ?/.test(expected));
        expect(marshalIndent(value, prefix, indent)).toBe(expected);
      }),
    );
  });
});

/**
 * The text with the keys of every object in Go's order. It compares only objects whose keys JavaScript does not
 * reorder.
 */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item).toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
        )
      : item,
  );
}

describe("JSON in its original form", () => {
  test("loses its white space and nothing else", () => {
    const text = '{ "a b" : [ 1.0 ,\r\n\t-0e1 , "\\u003c\\" x" ] , "<" : " & " }';
    expect(compact(text)).toBe(String.raw`{"a b":[1.0,-0e1,"\u003c\" x"],"\u003c":" \u0026 "}`);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, "\t"), (value, indent) => {
        expect(JSON.parse(compact(JSON.stringify(value, undefined, indent)))).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  test("is split into its members", () => {
    const text = ' { "a" : 1.0 , "b\\"," : { "a" : [ "}" , ":" ] , "c" : { } } ,\n"" : "x,y:z" , "n":null}\n';
    expect([...textsOfMembers(text)]).toEqual([
      ["a", "1.0"],
      ['b",', '{ "a" : [ "}" , ":" ] , "c" : { } }'],
      ["", '"x,y:z"'],
      ["n", "null"],
    ]);
    expect([...textsOfMembers("{ }")]).toEqual([]);
    expect([...textsOfMembers('{"__proto__":1}')]).toEqual([["__proto__", "1"]]);
  });

  test("each member parses to its value in the whole", () => {
    const objects = fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(objects, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const whole = parseJson(new TextEncoder().encode(text), 100) as Record<string, unknown>;
        const parts = [...textsOfMembers(text)].map(([key, part]) => [key, JSON.parse(part)] as const);
        expect(new Map(parts)).toEqual(new Map(Object.entries(whole)));
      }),
    );
  });
});
