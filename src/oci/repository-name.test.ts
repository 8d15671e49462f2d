import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { parseRepositoryName, parseRepositoryName2014 } from "./repository-name.ts";

const alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
const run = fc.string({ unit: fc.constantFrom(...Array.from(alphanumeric)), minLength: 1, maxLength: 8 });
const separator = fc.constantFrom(".", "_", "__", "-", "--", "---");
const generatedComponent = fc
  .tuple(run, fc.array(fc.tuple(separator, run), { maxLength: 3 }))
  .map(([first, rest]) => first + rest.map(([between, next]) => between + next).join(""));
const routeWords = ["blobs", "manifests", "tags", "uploads", "list", "referrers"];
const component = fc.oneof({ weight: 4, arbitrary: generatedComponent }, fc.constantFrom(...routeWords));
// Six components of at most 41 characters stay below the limit of 255.
const validName = fc.array(component, { minLength: 1, maxLength: 6 }).map((components) => components.join("/"));

/** The same rule in another form: the allowed separators between the runs of letters and digits of a component. */
function followsTheRule(text: string): boolean {
  return text.split("/").every((part) => {
    const between = part.split(/[a-z0-9]+/);
    if (between.length < 2 || between.at(0) !== "" || between.at(-1) !== "") return false;
    return between.slice(1, -1).every((join) => [".", "_", "__"].includes(join) || (join !== "" && !/[^-]/.test(join)));
  });
}

test("NAME-01 accepts names that follow the grammar, unchanged", () => {
  fc.assert(
    fc.property(validName, (text) => {
      expect(String(parseRepositoryName(text))).toBe(text);
    }),
  );
});

test("NAME-01 agrees with the grammar for any mixture of letters and separators", () => {
  const mixture = fc.string({ unit: fc.constantFrom(...Array.from("ab0._-/")), maxLength: 12 });
  fc.assert(
    fc.property(mixture, (text) => {
      expect(parseRepositoryName(text) !== undefined).toBe(followsTheRule(text));
    }),
    { numRuns: 2_000 },
  );
});

test("NAME-01 refuses a character outside of the alphabet anywhere", () => {
  const outside = fc.constantFrom(
    ...Array.from("AZ %:@~\\+*?#&=,;\"'<>()[]{}|^`$!\0\t\r\n\u007f\u00e4\u0430\u212a\ud83d\ude00"),
  );
  fc.assert(
    fc.property(validName, outside, fc.nat(), (text, character, place) => {
      const at = place % (text.length + 1);
      expect(parseRepositoryName(text.slice(0, at) + character + text.slice(at))).toBeUndefined();
    }),
  );
});

test("NAME-01 refuses a separator at either end of a component", () => {
  fc.assert(
    fc.property(fc.array(component, { minLength: 1, maxLength: 5 }), separator, fc.nat(), (parts, join, place) => {
      const at = place % parts.length;
      for (const broken of [`${join}${parts[at]}`, `${parts[at]}${join}`, join, ""]) {
        expect(parseRepositoryName(parts.with(at, broken).join("/"))).toBeUndefined();
      }
    }),
  );
});

test.each([
  "",
  "/",
  "/a",
  "a/",
  "a//b",
  ".",
  "..",
  "a/../b",
  "a/./b",
  "a..b",
  "a.-b",
  "a-.b",
  "a._b",
  "a_-b",
  "a___b",
  "_catalog",
  "A",
  "a/B",
  "a\n",
  "a\u0000b",
  "%61",
  "a%2fb",
])("NAME-01 refuses %j", (text) => {
  expect(parseRepositoryName(text)).toBeUndefined();
});

test.each(["a", "0", "a.b", "a_b", "a__b", "a-b", "a-----b", "a/b/c/d/e/f/g/h/i/j", "0/1", "xn--80ak6aa92e/a"])(
  "NAME-01 accepts %j",
  (text) => {
    expect(String(parseRepositoryName(text))).toBe(text);
  },
);

test("NAME-02 one component is enough, and the words of routes may be components", () => {
  for (const word of [...routeWords, "ubuntu"]) {
    expect(String(parseRepositoryName(word))).toBe(word);
    expect(String(parseRepositoryName(`foo/${word}/bar`))).toBe(`foo/${word}/bar`);
  }
  expect(String(parseRepositoryName("blobs/uploads/manifests/tags/list"))).toBe("blobs/uploads/manifests/tags/list");
});

test("NAME-02 LIM-04 accepts 255 characters and no more, in one component or in many", () => {
  expect(parseRepositoryName("a".repeat(255))).toHaveLength(255);
  expect(parseRepositoryName("a".repeat(256))).toBeUndefined();
  expect(parseRepositoryName(`${"a/".repeat(127)}a`)).toHaveLength(255);
  expect(parseRepositoryName(`${"a/".repeat(127)}aa`)).toBeUndefined();
  expect(parseRepositoryName("a-".repeat(2 << 20))).toBeUndefined();
});

describe("NAME-L1 a name of 2014", () => {
  test.each(["library/ubuntu", "aa/bb", "aa/bb/cc/dd/ee", `a1/${"b".repeat(30)}`, "do/cker-reg.i_stry"])(
    "%s is valid in 2014 and today",
    (text) => {
      expect(parseRepositoryName2014(text)).toBe(text as never);
      expect(parseRepositoryName(text)).toBe(text as never);
    },
  );

  test.each([
    "ubuntu",
    "a/bb",
    "aa/b",
    "aa/bb/cc/dd/ee/ff",
    `aa/${"b".repeat(31)}`,
    "aa/",
    "/aa",
    "aa//bb",
    "",
    "aa/b__c",
    "aa/b--c",
    "aa/b.-c",
    "aa/-b",
    "aa/b_",
    "aa/BB",
    "aa/b b",
    "aa/bb\n",
  ])("%p is invalid", (text) => expect(parseRepositoryName2014(text)).toBeUndefined());
});
