import type { Codec } from "../codec.ts";
import type { Row } from "../describe.ts";

/** Returns the formats of all parameters, sorted by name. Codecs with the same name accept the same texts. */
export function forms(rows: readonly Row[]): readonly Codec<unknown>[] {
  const byName = new Map<string, Codec<unknown>>();
  for (const { parameters, query, headers } of rows) {
    for (const codec of Object.values(parameters)) byName.set(codec.name, codec);
    for (const { codec } of [...Object.values(query), ...Object.values(headers)]) byName.set(codec.name, codec);
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
