import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { isJsonObject, JsonError, parseJson } from "./json.ts";

const encoder = new TextEncoder();
const MiB = 1024 * 1024;
const depth = 100;

function parse(text: string, maxDepth = depth): unknown {
  return parseJson(encoder.encode(text), maxDepth);
}

/** The message of the JsonError with which the document is refused. Anything else fails the test. */
function refusal(text: string, maxDepth = depth): string {
  try {
    parse(text, maxDepth);
  } catch (error) {
    if (error instanceof JsonError) return error.message;
    throw error;
  }
  throw new Error("the document was accepted");
}

/** A JSON string in which the characters that `escaped` selects are written as `\uXXXX`. */
function spell(text: string, escaped: readonly boolean[]): string {
  const units = Array.from({ length: text.length }, (_, at) => {
    if (escaped[at % escaped.length]) return `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`;
    return JSON.stringify(text.charAt(at)).slice(1, -1);
  });
  return `"${units.join("")}"`;
}

describe("valid JSON is read like JSON.parse reads it", () => {
  test("any value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2, "\t"), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("any keys and values in any spelling", () => {
    const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 4 });
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom(...Array.from('"\\{}[]:,/u0061')), fc.string({ maxLength: 1 })),
    });
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 8 }), text, escapes, (keys, value, escaped) => {
        const members = keys.map((key) => `${spell(key, escaped)} : ${spell(value, escaped)}`);
        const parsed = parse(`{${members.join(",")}}`);
        expect(new Map(Object.entries(parsed as object))).toEqual(new Map(keys.map((key) => [key, value])));
      }),
    );
  });

  test("brackets, quotes, colons and backslashes in strings are only characters", () => {
    for (const value of ['{"a":1,"a":2}', "[[[[[[", "}}]]", '\\"', "\\", "\\\\", '":"', "a:b", '"']) {
      const text = JSON.stringify({ [value]: [value, { [value]: value }] });
      expect(parse(text, 3)).toEqual({ [value]: [value, { [value]: value }] });
    }
  });

  test("a text that is damaged in one place is refused with a JsonError or read like JSON.parse reads it", () => {
    const damage = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 2 }),
      insert: fc.constantFrom(...Array.from('{}[]":,\\a0 \n'), ""),
    });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), damage, (value, { at, remove, insert }) => {
        const whole = JSON.stringify(value);
        const place = at % (whole.length + 1);
        const text = whole.slice(0, place) + insert + whole.slice(place + remove);
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          refusal(text);
          return;
        }
        // Damage may make two keys equal.
        try {
          expect(parse(text)).toEqual(expected);
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
          expect(error.message).toContain("duplicate key");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("a member named __proto__ is a member and changes no prototype", () => {
    const parsed = parse('{"__proto__":{"polluted":true}}');
    expect(Object.keys(parsed as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });
});

describe("a duplicate key", () => {
  test("is accepted if the outermost object may have it, and the last one counts", () => {
    const lenient = (text: string) => parseJson(encoder.encode(text), depth, { outermost: "lenient" });
    expect(lenient('{"a":1,"b":{"a":2},"a":3}')).toEqual({ a: 3, b: { a: 2 } });
    expect(() => lenient('{"a":{"b":1,"b":2}}')).toThrow("duplicate key");
    expect(() => lenient('[{"b":1,"b":2}]')).toThrow("duplicate key");
    expect(() => lenient(`{"a":${"[".repeat(depth)}`)).toThrow("nested deeper");
  });

  test.each([
    ["at the top", '{"a":1,"a":2}'],
    ["with equal values", '{"a":1,"a":1}'],
    ["with other keys between", '{"a":1,"b":{"c":[]},"a":1}'],
    ["in a nested object", '{"x":{"a":1,"a":2}}'],
    ["in an object in a list", '[[],[{"a":1,"a":2}]]'],
    ["after a nested object with the same key", '{"a":{"a":1},"a":2}'],
    ["after a list", '{"a":[1,2],"a":2}'],
    ["empty", '{"":1,"":2}'],
    ["with white space around", '{ "a" : 1 ,\n"a"\t: 2 }'],
    ["named like a property of every object", '{"__proto__":1,"__proto__":2}'],
    ["escaped first", String.raw`{"\u0061":1,"a":2}`],
    ["escaped second", String.raw`{"a":1,"\u0061":2}`],
    ["escaped differently", String.raw`{"\u006D":1,"\u006d":2}`],
    ["with a short and a long escape", String.raw`{"\n":1,"\u000a":2}`],
    ["with an escaped slash", String.raw`{"a/b":1,"a\/b":2}`],
    ["as halves of surrogate pairs, which others read as one character", String.raw`{"\ud800":1,"\udc00":2}`],
    ["as a surrogate pair and plainly", '{"\\ud83d\\ude00":1,"\ud83d\ude00":2}'],
  ])("MPUT-10 LIM-03 is refused %s", (_, text) => {
    expect(refusal(text)).toContain("duplicate key");
  });

  test("MPUT-10 LIM-03 is refused anywhere and in any spelling", () => {
    const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 3 });
    const keys = fc.uniqueArray(fc.string({ unit: "binary", maxLength: 5 }), { minLength: 1, maxLength: 6 });
    const wrapper = fc.constantFrom<[string, string]>(["[", "]"], ['{"a":', "}"], ['[{"a":1},', ',{"b":2}]']);
    fc.assert(
      fc.property(
        keys,
        fc.nat(),
        escapes,
        escapes,
        fc.array(wrapper, { maxLength: 5 }),
        (all, pick, one, two, around) => {
          const again = all[pick % all.length] ?? "";
          const members = [...all.map((key) => spell(key, one)), spell(again, two)].map((key) => `${key}:null`);
          const text = around.reduce((inner, [before, after]) => before + inner + after, `{${members.join()}}`);
          expect(JSON.parse(text)).toBeDefined();
          expect(refusal(text)).toContain("duplicate key");
        },
      ),
    );
  });

  test.each([
    ["in sibling objects", '[{"a":1},{"a":2}]'],
    ["in an object and its member", '{"a":{"a":{"a":1}}}'],
    ["in another case", '{"a":1,"A":2}'],
    ["as a value", '{"a":"a","b":"a","c":["a","a"]}'],
    ["only when its escape is not undone", String.raw`{"\\u0061":1,"a":2}`],
  ])("MPUT-10 the same text is fine %s", (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  test("its error stays short, even if the key is long", () => {
    const key = "k".repeat(MiB);
    expect(refusal(`{"${key}":1,"${key}":2}`).length).toBeLessThan(1_000);
  });
});

describe("numbers with a fraction or an exponent", () => {
  const exact = (text: string) => parseJson(encoder.encode(text), depth, { decimals: "NaN" });

  test("become NaN with the option, anywhere, and other numbers stay unchanged", () => {
    expect(exact('[2.0,{"a":2e0,"b":[1E+2,-0.5,"1.5",true,false,null]},7,-3]')).toEqual([
      Number.NaN,
      { a: Number.NaN, b: [Number.NaN, Number.NaN, "1.5", true, false, null] },
      7,
      -3,
    ]);
    for (const whole of ['{"a":["2.0","1e3"],"e1.5":true,"b":[12,false]}', "[]", "12"]) {
      expect(exact(whole)).toEqual(JSON.parse(whole));
    }
  });

  test("are otherwise read like JSON.parse reads them", () => {
    expect(parse("[2.0,1e3]")).toEqual([2, 1000]);
  });
});

describe("nesting", () => {
  test.each([
    ["[", "", "]"],
    ['{"a":', "1", "}"],
    ['[{"a":', "[]", "}]"],
  ])("LIM-03 is allowed up to the limit and no level deeper: %s", (before, core, after) => {
    const times = 7;
    const text = before.repeat(times) + core + after.repeat(times);
    const levels = Array.from(text).filter((character) => character === "[" || character === "{").length;
    expect(parse(text, levels)).toEqual(JSON.parse(text));
    expect(refusal(text, levels - 1)).toContain("nested deeper");
  });

  test("LIM-03 counts open brackets, not all of them", () => {
    const text = `[${"[{}],".repeat(1_000)}[]]`;
    expect(parse(text, 3)).toEqual(JSON.parse(text));
    expect(refusal(text, 2)).toContain("nested deeper");
  });

  test("LIM-03 a depth of zero allows only plain values", () => {
    expect(parse('"[{"', 0)).toBe("[{");
    expect(refusal("[]", 0)).toContain("nested deeper");
  });

  // A parser that recursed, or that looked at a position more than a few times, would not finish these within the
  // test's timeout.
  test.each([
    ["opening brackets", "["],
    ["opening braces", "{"],
    ["nested objects", '{"a":'],
    ["lists of objects", '[{"a":'],
    ["brackets that do not match", "[}"],
    ["closing brackets", "]"],
    ["quotes", '"'],
    ["backslashes in a string that does not end", '"\\'],
    ["escaped quotes", '\\"'],
    ["colons", '{"a"::'],
  ])("LIM-03 4 MiB of %s are refused as JSON, without a stack overflow", (_, piece) => {
    expect(refusal(piece.repeat((4 * MiB) / piece.length))).not.toBe("");
  });

  test("4 MiB of an unterminated string are refused", () => {
    expect(refusal(`"${"\\".repeat(4 * MiB)}`)).toContain("does not end");
    expect(refusal(`"${'\\"'.repeat(2 * MiB)}`)).toContain("does not end");
  });
});

describe("bytes", () => {
  test.each([
    ["a byte that never occurs", [0xff]],
    ["a continuation byte alone", [0x80]],
    ["an overlong form of /", [0xc0, 0xaf]],
    ["an overlong form of a quote", [0xe0, 0x80, 0xa2]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a code point past the last one", [0xf4, 0x90, 0x80, 0x80]],
    ["a sequence cut short", [0xe2, 0x82]],
  ])("invalid UTF-8 is refused: %s", (_, bytes) => {
    expect(() => parseJson(Uint8Array.from([0x22, ...bytes, 0x22]), depth)).toThrow(new JsonError("not valid UTF-8"));
  });

  test("invalid UTF-8 is refused at the end of the document", () => {
    expect(() => parseJson(Uint8Array.from([0x31, 0xe2]), depth)).toThrow(new JsonError("not valid UTF-8"));
  });

  test("a byte order mark is refused", () => {
    expect(() => parseJson(Uint8Array.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), depth)).toThrow(JsonError);
  });

  test("any bytes give a value or a JsonError", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          parseJson(bytes, depth);
        } catch (error) {
          expect(error).toBeInstanceOf(JsonError);
        }
      }),
    );
  });

  test("a view into a larger buffer is read as the view", () => {
    expect(parseJson(encoder.encode('xx{"a":1}xx').subarray(2, 9), depth)).toEqual({ a: 1 });
  });
});

describe("invalid JSON", () => {
  test.each([
    "",
    " ",
    "{",
    "[1,]",
    '{"a":1,}',
    "{'a':1}",
    "{a:1}",
    '{"a"}',
    '{"a" 1}',
    "NaN",
    "undefined",
    "01",
    "+1",
    ".5",
    "1.",
    '"\t"',
    '"a',
    String.raw`"\x41"`,
    String.raw`{"\u00":1}`,
    "// note\n1",
    "1 2",
    "{}{}",
    "\u00a01",
    "<html>",
  ])("is refused: %j", (text) => {
    expect(refusal(text)).toStartWith("not valid JSON");
  });
});

describe("SEC-11 the message for the log contains nothing of the text", () => {
  const secret = "hunter2";

  test.each([
    ["a duplicate key", `{"${secret}":1,"${secret}":2}`],
    ["a word that JSON does not have", `{"a":${secret}}`],
    ["a string that does not end", `{"${secret}`],
    ["an escape that JSON does not have", `{"${secret}\\x":1}`],
  ])("%s", (_, text) => {
    expect(refusal(text)).not.toContain(secret);
  });

  test("the error for the client quotes the text, truncated", () => {
    const key = secret.repeat(100);
    try {
      parse(`{"${key}":1,"${key}":2}`);
      throw new Error("the document was accepted");
    } catch (error) {
      expect((error as JsonError).found).toBe(key.slice(0, 100));
    }
  });
});

test("an object is neither null nor a list nor a plain value", () => {
  expect(isJsonObject({})).toBe(true);
  for (const value of [null, undefined, [], [{}], "{}", 1, true]) expect(isJsonObject(value)).toBe(false);
});
