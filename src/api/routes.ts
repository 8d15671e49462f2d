/**
 * Builds paths from the names of routes. The two APIs have separate sets of names: `blob` is a route of 2014 and a route of
 * today, with different paths.
 */
import type { Dialect } from "../oci/errors.ts";
import { pathOf } from "./path.ts";
import { rows, type RowName, type RowOf } from "./table.ts";

type Named<Era extends Dialect> = Extract<RowOf<RowName>, { readonly route: { readonly [E in Era]: string } }>;

/** The names of the routes of a dialect. */
export type RouteName<Era extends Dialect> = Named<Era>["route"][Era];

type RowsOf<Era extends Dialect, Name> = Extract<Named<Era>, { readonly route: { readonly [E in Era]: Name } }>;

type Texts<Era extends Dialect, Name> = { readonly [P in keyof RowsOf<Era, Name>["parameters"]]: string };

const named = new Map(
  rows.flatMap((row) => Object.entries(row.route ?? {}).map(([era, name]) => [`${era} ${name}`, row] as const)),
);

/** Returns the path of a route. The path is relative, like every Location and Link (docs/choices.md). */
export function pathTo<Era extends Dialect, Name extends RouteName<Era>>(
  era: Era,
  name: Name,
  parameters: Texts<Era, Name>,
): string {
  return pathOf(named.get(`${era} ${name}`)!, parameters);
}

/** Returns the path of an upload session. The session keeps the dialect in which the client started it. */
export function uploadPath(era: Dialect, { repository, id }: { readonly repository: string; readonly id: string }) {
  const parameters = { name: repository, session: id };
  return era === "2014"
    ? pathTo("2014", "blob-upload-resume", parameters)
    : pathTo("today", "blob-upload-chunk", parameters);
}
