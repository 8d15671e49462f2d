import type { Codec } from "../../codec.ts";
import type { Content } from "../../describe.ts";
import type { Schema } from "../../schema.ts";

/** A part of the document. The validator that scripts/api-tester runs checks its content. */
export type Json = Readonly<Record<string, unknown>>;

/** Returns the schema of a codec. */
export function codecSchema({ doc, pattern, maxCharacters, examples }: Codec<unknown>): Json {
  return {
    type: "string",
    description: doc,
    pattern,
    ...(maxCharacters !== undefined && { maxLength: maxCharacters }),
    examples,
  };
}

/** Returns the key of the schema of a codec in the components. */
export function codecKey({ name }: Codec<unknown>): string {
  return name.replaceAll(" ", "-");
}

/** Returns a schema for the texts that at least one of the codecs accepts. */
export function anyOf(codecs: Iterable<Codec<unknown>>): Json {
  const refs = [...new Set(codecs)].map((codec) => ({ $ref: `#/components/schemas/${codecKey(codec)}` }));
  return refs.length === 1 ? refs[0]! : { anyOf: refs };
}

/** The key of the error envelope in the components. */
export const envelopeKey = "errors";

/** Returns the schema of the error envelope with the codes that it may contain. */
export function envelopeOf(codes: readonly string[]): Json {
  const coded: Schema = { properties: { errors: { items: { properties: { code: { enum: codes } } } } } };
  return { allOf: [{ $ref: `#/components/schemas/${envelopeKey}` }, coded] };
}

/** Returns the OpenAPI description of the media types of a body. */
export function contentJson(content: Content): Json {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [
      mediaType,
      Object.keys(schema).length === 0 ? {} : { schema },
    ]),
  );
}
