import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatNextLink, parseNextLink } from "./link-header.ts";

const path = fc.constantFrom("/v2/_catalog", "/v2/foo/bar/tags/list", "/v2/tags/list/tags/list");
const key = fc.constantFrom("n", "last", "artifactType");
// Any text that UTF-8 can encode: what browsers call a well-formed string.
const value = fc.string({ unit: "binary" });
const query = fc.dictionary(key, value, { minKeys: 1, noNullPrototype: true });

describe("formatting", () => {
  test("TAGS-09 the target is a relative path with the relation next", () => {
    expect(formatNextLink({ path: "/v2/foo/tags/list", query: { n: "10", last: "v1.0" } })).toBe(
      '</v2/foo/tags/list?n=10&last=v1.0>; rel="next"',
    );
  });

  test("TAGS-09 the cursor is percent-encoded", () => {
    expect(formatNextLink({ path: "/v2/_catalog", query: { last: "a/b c&d>é" } })).toBe(
      '</v2/_catalog?last=a%2Fb%20c%26d%3E%C3%A9>; rel="next"',
    );
  });

  test("TAGS-09 SEC-02 nothing in a parameter can leave the target or the header line", () => {
    fc.assert(
      fc.property(path, query, (where, parameters) => {
        const header = formatNextLink({ path: where, query: parameters });
        expect(header).toMatch(/^<[!-;=?-~]*>; rel="next"$/);
      }),
    );
  });
});

describe("reading", () => {
  test("TAGS-09 a formatted link leads to the same path and parameters", () => {
    fc.assert(
      fc.property(path, query, (where, parameters) => {
        const target = parseNextLink(formatNextLink({ path: where, query: parameters }));
        if (target === undefined) throw new Error("no target");
        const url = new URL(target, "http://registry.example");
        expect(url.pathname).toBe(where);
        expect(Object.fromEntries(url.searchParams)).toEqual(parameters);
      }),
    );
  });

  test("it is found among other links, before or after them", () => {
    const next = '</v2/a/tags/list?last=b>; rel="next"';
    const other = '</v2/a/tags/list>; rel="first"';
    for (const header of [next, `${other}, ${next}`, `${next},${other}`, `${other}, ${next}, ${other}`]) {
      expect(parseNextLink(header)).toBe("/v2/a/tags/list?last=b");
    }
  });

  test("other registries' spellings are understood", () => {
    for (const parameters of [
      "; rel=next",
      ';rel="next"',
      ' ; REL = "Next"',
      '; rel="last next"',
      '; rel="next prefetch"',
      '; title="x"; rel="next"',
      '; rel="next"; title="x"',
    ]) {
      expect(parseNextLink(`</x?n=1>${parameters}`)).toBe("/x?n=1");
    }
  });

  test("a comma or semicolon in the target belongs to it", () => {
    expect(parseNextLink('</x?last=a,b;c>; rel="next"')).toBe("/x?last=a,b;c");
  });

  test("a comma in another parameter's quoted text does not end the link", () => {
    expect(parseNextLink('</x?n=1>; title="a, b"; rel="next"')).toBe("/x?n=1");
  });

  test.each(["", "next", "</x>", '</x>; rel="prev"', '</x>; rel="nextish"', '</x>; title="next"', '</x; rel="next"'])(
    "there is no next page in %j",
    (header) => {
      expect(parseNextLink(header)).toBeUndefined();
    },
  );
});
