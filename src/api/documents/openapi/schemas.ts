import type { Codec } from "../../codec.ts";
import type { Content } from "../../describe.ts";
import type { Schema } from "../../schema.ts";

/** A part of the document; what it is made of is checked by the validator that scripts/api-tester runs. */
export type Json = Readonly<Record<string, unknown>>;

export function codecSchema({ doc, pattern, maxCharacters, examples }: Codec<unknown>): Json {
  return {
    type: "string",
    description: doc,
    pattern,
    ...(maxCharacters !== undefined && { maxLength: maxCharacters }),
    examples,
  };
}

export function codecKey({ name }: Codec<unknown>): string {
  return name.replaceAll(" ", "-");
}

/** What is valid to at least one of them. */
export function anyOf(codecs: Iterable<Codec<unknown>>): Json {
  const refs = [...new Set(codecs)].map((codec) => ({ $ref: `#/components/schemas/${codecKey(codec)}` }));
  return refs.length === 1 ? refs[0]! : { anyOf: refs };
}

export const envelopeKey = "errors";

/** The error envelope with the codes that can stand in it. */
export function envelopeOf(codes: readonly string[]): Json {
  const coded: Schema = { properties: { errors: { items: { properties: { code: { enum: codes } } } } } };
  return { allOf: [{ $ref: `#/components/schemas/${envelopeKey}` }, coded] };
}

export function contentJson(content: Content): Json {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [
      mediaType,
      Object.keys(schema).length === 0 ? {} : { schema },
    ]),
  );
}
