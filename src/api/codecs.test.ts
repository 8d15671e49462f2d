import { describe, expect, test } from "bun:test";
import { rows } from "./table.ts";
import { artifactType, mediaType } from "./codecs.ts";

const all = new Set(
  rows.flatMap(({ parameters, query, headers }) =>
    Object.values(parameters).concat([...Object.values(query), ...Object.values(headers)].map(({ codec }) => codec)),
  ),
);

describe("the pattern that is published", () => {
  for (const { name, pattern, examples, parse } of all) {
    test(`of a ${name} fits its examples, and these are valid`, () => {
      for (const example of examples) {
        expect(example).toMatch(new RegExp(pattern));
        expect(parse(example)).toBeDefined();
      }
    });
  }

  test("of a media type fits one with parameters, and none with a bracket in its name", () => {
    for (const { pattern } of [mediaType, artifactType]) {
      expect("application/json; charset=utf-8").toMatch(new RegExp(pattern));
      expect("applic(ation/json").not.toMatch(new RegExp(pattern));
    }
  });
});
