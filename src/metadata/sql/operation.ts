/**
 * An operation is a generator that yields statements and is handed their rows: the same text runs synchronously on SQLite
 * and asynchronously on a server, in a transaction that its runner opens. Parameters are written `?`.
 */
export type Value = string | number | null | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

export type Row = { readonly [column: string]: Value };

export type Operation<T> = Generator<Statement, T, readonly Row[]>;

/**
 * SQLite plans a statement again for each execution where it might use what a parameter is: to find a row out of 300,000
 * takes 12 µs, and 30 with that (docs/lab/reads.md). It looks at limits, and at texts in joins and in searches by several of
 * them. Of these it does not see what they are.
 */
export const limited = "LIMIT (? + 0)";
export const unseen = "(? || '')";

/** The rows of a statement. Its texts are fixed: what varies is in the parameters. */
export function* all<R extends Row = Row>(sql: string, ...parameters: Value[]): Operation<readonly R[]> {
  return (yield { sql, parameters }) as readonly R[];
}

/** The only row of a statement, if it has one. */
export function* one<R extends Row = Row>(sql: string, ...parameters: Value[]): Operation<R | undefined> {
  const rows = yield { sql, parameters };
  return rows[0] as R | undefined;
}

export function* run(sql: string, ...parameters: Value[]): Operation<void> {
  yield { sql, parameters };
}

/** For each method of an interface the operation that does it. */
export type Operations<Interface> = {
  readonly [Name in keyof Interface]: Interface[Name] extends (...parameters: infer P) => Promise<infer T>
    ? (...parameters: P) => Operation<T>
    : never;
};
