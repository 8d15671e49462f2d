/**
 * Paths by the names of their routes. Those of 2014 are the names of the first routes, and are told apart from today's,
 * which began in the same year: `blob` stands in both, for two paths.
 */
import type { Dialect } from "../oci/errors.ts";
import { pathOf } from "./path.ts";
import { rows, type RowName, type RowOf } from "./table.ts";

type Named<Era extends Dialect> = Extract<RowOf<RowName>, { readonly route: { readonly [E in Era]: string } }>;

export type RouteName<Era extends Dialect> = Named<Era>["route"][Era];

type RowsOf<Era extends Dialect, Name> = Extract<Named<Era>, { readonly route: { readonly [E in Era]: Name } }>;

type Texts<Era extends Dialect, Name> = { readonly [P in keyof RowsOf<Era, Name>["parameters"]]: string };

const named = new Map(
  rows.flatMap((row) => Object.entries(row.route ?? {}).map(([era, name]) => [`${era} ${name}`, row] as const)),
);

/** Relative, as every Location and Link is (docs/choices.md). */
export function pathTo<Era extends Dialect, Name extends RouteName<Era>>(
  era: Era,
  name: Name,
  parameters: Texts<Era, Name>,
): string {
  return pathOf(named.get(`${era} ${name}`)!, parameters);
}

/** Where the next bytes of an upload go: a session stays with the routes that its client came by. */
export function uploadPath(era: Dialect, { repository, id }: { readonly repository: string; readonly id: string }) {
  const parameters = { name: repository, session: id };
  return era === "2014"
    ? pathTo("2014", "blob-upload-resume", parameters)
    : pathTo("today", "blob-upload-chunk", parameters);
}
