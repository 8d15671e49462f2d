import type { Codec } from "../codec.ts";
import { rows } from "../table.ts";

/** The forms that parameters of any row have, by name. */
export function forms(): readonly Codec<unknown>[] {
  const all = new Set(rows.flatMap(({ parameters }) => Object.values(parameters)));
  for (const { query, headers } of rows) {
    for (const { codec } of [...Object.values(query), ...Object.values(headers)]) all.add(codec);
  }
  return [...all].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
