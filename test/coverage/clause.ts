import type { RowName, RowOf } from "../../src/api/table.ts";

type GetId = Extract<RowOf<RowName>, { readonly method: "GET" }>["id"];
type HeadId<Id extends string> = Id extends `${infer Use}-get` ? `${Use}-head` : `${Id}-head`;

/** Also of the HEAD rows that are derived (src/api/heads.ts). */
export type RowId = RowOf<RowName>["id"] | HeadId<GetId>;

/**
 * `de facto`: no text says so, but clients or the conformance suites fail without it. `legacy`: of the protocol's first
 * years. `own`: what Lading asks of itself.
 */
export type Level = "must" | "should" | "may" | "de facto" | "legacy" | "own";

/** One thing that somebody may hold a registry to. The tests of a clause have its id in their names. */
export interface Clause {
  readonly id: string;
  readonly level: Level;
  readonly statement: string;
  /** `OCI` and a heading of the distribution specification (its main branch), or who else asks for it. */
  readonly source: string;
  /** Uses of the API that it is about; empty where it is about any of them, or about none. */
  readonly rows: readonly RowId[];
  /** Why Lading does not do it. */
  readonly declined?: string;
}

export interface Section {
  readonly title: string;
  readonly clauses: readonly Clause[];
}

/** Statements by id and level. */
type Statements = Readonly<Record<`${string} ${Level}`, string>>;

export function about(source: string, rows: readonly RowId[], statements: Statements): Clause[] {
  return Object.entries(statements).map(([key, statement]) => clauseOf(key, statement, source, rows));
}

export function declined(reason: string, source: string, rows: readonly RowId[], statements: Statements): Clause[] {
  return Object.entries(statements).map(([key, statement]) => clauseOf(key, statement, source, rows, reason));
}

function clauseOf(key: string, statement: string, source: string, rows: readonly RowId[], reason?: string): Clause {
  const space = key.indexOf(" ");
  const [id, level] = [key.slice(0, space), key.slice(space + 1) as Level];
  return { id, level, statement, source, rows, ...(reason !== undefined && { declined: reason }) };
}
