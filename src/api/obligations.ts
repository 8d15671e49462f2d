/**
 * Lists the obligations of the table: each success, failure, invalid parameter and unsupported method that a client can meet.
 * The recorder of the tests checks them off at the reply boundary. Thus at least one test sees each promised reply.
 */
import type { Row } from "./describe.ts";
import { failuresOf } from "./failures.ts";
import { rows } from "./table.ts";

/** An obligation as text: the id of the row and the reply, such as `blob-get part` or `tag-list ! NAME_UNKNOWN`. */
export type Obligation = string;

/** Returns the obligation of a success of a row. */
export function successObligation(row: string, outcome: string): Obligation {
  return `${row} ${outcome}`;
}

/** Returns the obligation of a failure of a row. */
export function failureObligation(row: string, failure: string): Obligation {
  return `${row} ! ${failure}`;
}

/** Returns the obligation of a method that no row of this path has. */
export function methodObligation(path: string): Obligation {
  return `${path} ! METHOD_UNSUPPORTED`;
}

/** Returns the obligation of an invalid text for a parameter of a row. `name` is the key of the parameter in the row. */
export function parameterObligation(row: string, name: string): Obligation {
  return `${row} ? ${name}`;
}

/** Returns all obligations of a table, which has its derived HEAD rows. */
export function obligations(table: readonly Row[] = rows): readonly Obligation[] {
  const all = new Set<Obligation>();
  for (const row of table) {
    for (const outcome of Object.keys(row.successes)) all.add(successObligation(row.id, outcome));
    // The code that refuses a GET also refuses its derived HEAD.
    if (row.headOf !== undefined) continue;
    for (const failure of failuresOf(row)) all.add(failureObligation(row.id, failure));
    for (const name of refusable(row)) all.add(parameterObligation(row.id, name));
    all.add(methodObligation(row.path));
  }
  return [...all];
}

/** Returns the names of the parameters for which an invalid text fails the request. */
function refusable({ parameters, query, headers }: Row): string[] {
  const named = Object.entries({ ...query, ...headers }).filter(([, { hint }]) => !hint);
  const codecs = named.map(([name, { codec }]) => [name, codec] as const);
  return [...Object.entries(parameters), ...codecs].filter(([, codec]) => codec.failure).map(([name]) => name);
}
