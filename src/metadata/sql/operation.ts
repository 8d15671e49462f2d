/**
 * A value of a column or a parameter. The operations of this folder are generators that yield statements and receive
 * their rows. The same code can run synchronously on SQLite and asynchronously on a database server, in a transaction
 * that its runner opens. Parameters are written `?`.
 */
export type Value = string | number | null | Uint8Array;

/** An SQL statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** A row of a result. */
export type Row = { readonly [column: string]: Value };

/** A generator that yields statements, receives their rows and returns a result. */
export type Operation<T> = Generator<Statement, T, readonly Row[]>;

/** Runs a statement and returns its rows. The SQL text must be constant; variable values are parameters. */
export function* all<R extends Row = Row>(sql: string, ...parameters: Value[]): Operation<readonly R[]> {
  return (yield { sql, parameters }) as readonly R[];
}

/** Runs a statement and returns its first row; undefined if it has none. */
export function* one<R extends Row = Row>(sql: string, ...parameters: Value[]): Operation<R | undefined> {
  const rows = yield { sql, parameters };
  return rows[0] as R | undefined;
}

/** Runs a statement for its effect. */
export function* run(sql: string, ...parameters: Value[]): Operation<void> {
  yield { sql, parameters };
}

/** For each method of an interface, the operation that implements it. */
export type Operations<Interface> = {
  readonly [Name in keyof Interface]: Interface[Name] extends (...parameters: infer P) => Promise<infer T>
    ? (...parameters: P) => Operation<T>
    : never;
};
