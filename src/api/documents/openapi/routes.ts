import type { Method, Row } from "../../describe.ts";

/**
 * Rows that OpenAPI cannot distinguish. They have the same method, and paths that differ only in the names of their
 * parameters.
 */
export interface Route {
  /** The path. A parameter has the names of all rows, as in `{tag-or-digest}`. */
  readonly path: string;
  readonly method: Method;
  readonly rows: readonly Row[];
}

const parameter = /\{([\w-]+)\}/g;

/** Returns the routes of these rows, in the order of the table. */
export function routesOf(rows: readonly Row[]): readonly Route[] {
  const byShape = Map.groupBy(rows, (row) => row.path.replaceAll(parameter, "{}"));
  return [...byShape.values()].flatMap((sharing) => {
    const path = joinedPath(sharing);
    const byMethod = Map.groupBy(sharing, (row) => row.method);
    return [...byMethod].map(([method, same]) => ({ path, method, rows: same }));
  });
}

/** Joins several names into one, in the order of the table. */
export function joined(names: Iterable<string>): string {
  return [...new Set(names)].join("-or-");
}

/** Returns the names of the parameters of a path, from left to right. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(parameter)].map(([, name]) => name!);
}

function joinedPath(sharing: readonly Row[]): string {
  const names = sharing.map((row) => parameterNames(row.path));
  let place = 0;
  return sharing[0]!.path.replaceAll(parameter, () => {
    const here = joined(names.map((row) => row[place]!));
    place += 1;
    return `{${here}}`;
  });
}
