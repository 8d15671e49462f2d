import type { Codec } from "../codec.ts";
import { rows } from "../table.ts";

/** The forms that parameters of any row have, by name; codecs of one name read the same texts in different places. */
export function forms(): readonly Codec<unknown>[] {
  const codecs = rows.flatMap(({ parameters, query, headers }) => [
    ...Object.values(parameters),
    ...[...Object.values(query), ...Object.values(headers)].map(({ codec }) => codec),
  ]);
  const byName = new Map(codecs.map((codec) => [codec.name, codec]));
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
