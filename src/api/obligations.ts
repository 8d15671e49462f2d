/**
 * What the table promises, spelled out: each success, failure, invalid parameter and wrong method that a client can meet.
 * The tests' recorder ticks them off at the reply boundary, so that nothing is promised that was never seen.
 */
import type { Row } from "./describe.ts";
import { failuresOf } from "./failures.ts";
import { rows } from "./table.ts";

/** `<row id> <what>`, for instance `blob-get 206 part` or `tag-list ! NAME_UNKNOWN`. */
export type Obligation = string;

export function successObligation(row: string, outcome: string): Obligation {
  return `${row} ${outcome}`;
}

export function failureObligation(row: string, failure: string): Obligation {
  return `${row} ! ${failure}`;
}

/** A method that no row of this path has. */
export function methodObligation(path: string): Obligation {
  return `${path} ! METHOD_UNSUPPORTED`;
}

/** An invalid text for a parameter of this row; `name` as in the row. */
export function parameterObligation(row: string, name: string): Obligation {
  return `${row} ? ${name}`;
}

export function obligations(): readonly Obligation[] {
  const all = new Set<Obligation>();
  for (const row of rows) {
    for (const outcome of Object.keys(row.successes)) all.add(successObligation(row.id, outcome));
    // Whatever refuses a GET refuses the HEAD that is derived from it by the same code.
    if (row.headOf !== undefined) continue;
    for (const failure of failuresOf(row)) all.add(failureObligation(row.id, failure));
    for (const name of refusable(row)) all.add(parameterObligation(row.id, name));
    all.add(methodObligation(row.path));
  }
  return [...all];
}

/** The names of the parameters that have invalid texts, and are refused because of them. */
function refusable({ parameters, query, headers }: Row): string[] {
  const named = Object.entries({ ...query, ...headers }).filter(([, { hint }]) => !hint);
  const codecs = named.map(([name, { codec }]) => [name, codec] as const);
  return [...Object.entries(parameters), ...codecs].filter(([, codec]) => codec.failure).map(([name]) => name);
}
