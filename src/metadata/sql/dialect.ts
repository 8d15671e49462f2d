/**
 * The parts of SQL that depend on the database. All other statements are the same on SQLite and on a database server.
 *
 * SQLite plans a statement again for each execution if the plan might depend on a parameter's value: it looks at
 * limits, and at texts in joins and in searches by several of them. To find one row of 300,000 takes 12 µs without that
 * and 30 µs with it (docs/lab/reads.md). These expressions hide the value from the planner.
 */

/** A limit of rows, which is a parameter. */
export const limited = "LIMIT (? + 0)";
/** A text parameter. */
export const unseen = "(? || '')";
/** A number parameter. */
export const unseenNumber = "(? + 0)";
/** The greater of two expressions that are not null: what most databases call `greatest`. */
export const greater = (one: string, other: string) => `max(${one}, ${other})`;
/** The entries of a JSON parameter as a table with the columns `key` and `value`. */
export const entries = "json_each(?)";
