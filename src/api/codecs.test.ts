import { describe, expect, test } from "bun:test";
import { queryText } from "../../test/support/requests.ts";
import * as codecs from "./codecs.ts";
import type { Codec } from "./codec.ts";

/** What a client can know of a codec: its published pattern and length. */
function isPublishedAsValid({ pattern, maxCharacters = Infinity }: Codec<unknown>, text: string): boolean {
  return text.length <= maxCharacters && new RegExp(pattern).test(text);
}

for (const codec of Object.values<Codec<unknown>>(codecs)) {
  describe(codec.name, () => {
    test("takes its examples, and says so in its pattern", () => {
      for (const text of codec.examples) {
        expect([text, codec.parse(text) !== undefined, isPublishedAsValid(codec, text)]).toEqual([text, true, true]);
      }
    });

    test("refuses what it says is invalid, and says so in its pattern", () => {
      for (const invalid of codec.invalid) {
        const text = queryText(codec, invalid);
        expect([text, codec.parse(text), isPublishedAsValid(codec, text)]).toEqual([text, undefined, false]);
      }
    });
  });
}

test("the pattern of a media type fits one with parameters, and none with a bracket in its name", () => {
  for (const { pattern } of [codecs.mediaType, codecs.artifactType]) {
    expect("application/json; charset=utf-8").toMatch(new RegExp(pattern));
    expect("applic(ation/json").not.toMatch(new RegExp(pattern));
  }
});
