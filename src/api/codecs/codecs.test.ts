import { describe, expect, test } from "bun:test";
import { queryText } from "../../../test/support/requests.ts";
import type { Codec } from "../codec.ts";
import * as content from "./content.ts";
import * as headers from "./headers.ts";
import * as lists from "./lists.ts";

const codecs = { ...content, ...headers, ...lists };

/** What a client knows of a codec: its published pattern and length. */
function isPublishedAsValid({ pattern, maxCharacters = Infinity }: Codec<unknown>, text: string): boolean {
  return text.length <= maxCharacters && new RegExp(pattern).test(text);
}

for (const codec of Object.values<Codec<unknown>>(codecs)) {
  describe(codec.name, () => {
    test("accepts its examples, and its pattern matches them", () => {
      for (const text of codec.examples) {
        expect([text, codec.parse(text) !== undefined, isPublishedAsValid(codec, text)]).toEqual([text, true, true]);
      }
    });

    test("refuses its invalid texts, and its pattern does not match them", () => {
      for (const invalid of codec.invalid) {
        const text = queryText(codec, invalid);
        expect([text, codec.parse(text), isPublishedAsValid(codec, text)]).toEqual([text, undefined, false]);
      }
    });
  });
}

test("the pattern of a media type allows parameters, but no bracket in the name", () => {
  for (const { pattern } of [codecs.mediaType, codecs.artifactType]) {
    expect("application/json; charset=utf-8").toMatch(new RegExp(pattern));
    expect("applic(ation/json").not.toMatch(new RegExp(pattern));
  }
});
