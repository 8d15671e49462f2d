import type { RowName, RowOf } from "../../src/api/table.ts";

type GetId = Extract<RowOf<RowName>, { readonly method: "GET" }>["id"];
type HeadId<Id extends string> = Id extends `${infer Use}-get` ? `${Use}-head` : `${Id}-head`;

/** The id of a row, including the derived HEAD rows (src/api/heads.ts). */
export type RowId = RowOf<RowName>["id"] | HeadId<GetId>;

/**
 * The level of a clause. `de facto`: no specification requires it, but clients or the conformance suites fail without it.
 * `legacy`: a requirement of the first years of the protocol. `own`: Lading's own requirement.
 */
export type Level = "must" | "should" | "may" | "de facto" | "legacy" | "own";

/** A clause: one requirement of a specification, a client or Lading. The tests of a clause have its id in their names. */
export interface Clause {
  readonly id: string;
  readonly level: Level;
  readonly statement: string;
  /** `OCI` and a heading of the distribution specification (its main branch), or another source of the requirement. */
  readonly source: string;
  /** The operations that the clause is about. Empty if it is about all of them, or about none. */
  readonly rows: readonly RowId[];
  /** Why Lading does not meet the clause. */
  readonly declined?: string;
}

/** A section of the list of clauses. */
export interface Section {
  readonly title: string;
  readonly clauses: readonly Clause[];
}

/** The statements of clauses, by id and level. */
type Statements = Readonly<Record<`${string} ${Level}`, string>>;

/** Returns the clauses with this source and these rows. */
export function about(source: string, rows: readonly RowId[], statements: Statements): Clause[] {
  return Object.entries(statements).map(([key, statement]) => clauseOf(key, statement, source, rows));
}

/** Returns the clauses that Lading does not meet, with the reason. */
export function declined(reason: string, source: string, rows: readonly RowId[], statements: Statements): Clause[] {
  return Object.entries(statements).map(([key, statement]) => clauseOf(key, statement, source, rows, reason));
}

function clauseOf(key: string, statement: string, source: string, rows: readonly RowId[], reason?: string): Clause {
  const space = key.indexOf(" ");
  const [id, level] = [key.slice(0, space), key.slice(space + 1) as Level];
  return { id, level, statement, source, rows, ...(reason !== undefined && { declined: reason }) };
}
