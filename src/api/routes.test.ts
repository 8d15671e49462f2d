import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Router } from "../http/router.ts";
import { pathTo, uploadPath } from "./routes.ts";
import { rows, table } from "./table.ts";

/** The names of a time, each with the paths that have it. */
function routesOf(era: "today" | "2014"): ReadonlyMap<string, ReadonlySet<string>> {
  const routes = new Map<string, Set<string>>();
  for (const { route, path } of rows) {
    const name = route?.[era];
    if (name !== undefined) routes.set(name, (routes.get(name) ?? new Set()).add(path));
  }
  return routes;
}

test("LEG-14 the routes have their names of 2014, and each name has one path", () => {
  const [first, today] = [routesOf("2014"), routesOf("today")];
  expect([...first.keys()].toSorted()).toEqual(
    ["image-manifest", "tags", "blob", "blob-upload", "blob-upload-resume"].toSorted(),
  );
  for (const name of ["base", "tags", "manifest", "blob", "blob-upload", "blob-upload-chunk"]) {
    expect([...today.keys()]).toContain(name);
  }
  for (const paths of [...first.values(), ...today.values()]) expect(paths.size).toBe(1);
});

test("LEG-14 a name can have different paths in the two dialects", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(pathTo("2014", "blob", { name: "aa/bb", digest })).toBe(`/v2/aa/bb/blob/${digest}`);
  expect(pathTo("today", "blob", { name: "aa/bb", digest })).toBe(`/v2/aa/bb/blobs/${digest}`);
  expect(pathTo("2014", "blob-upload", { name: "aa/bb" })).toBe("/v2/aa/bb/blob/upload/");
  const session = { repository: "aa/bb", id: "5586ec55-d95f-4436-b3e7-1d7283bbc31e" };
  expect(uploadPath("2014", session)).toBe(`/v2/aa/bb/blob/upload/${session.id}`);
  expect(uploadPath("today", session)).toBe(`/v2/aa/bb/blobs/uploads/${session.id}`);
});

test("LEG-14 the router parses a built path back into the row and its parameters", () => {
  const router = new Router(table);
  const component = fc.constantFrom(
    "manifest",
    "manifests",
    "blob",
    "blobs",
    "upload",
    "uploads",
    "tags",
    "list",
    "aa",
  );
  const named = rows.flatMap((row) => Object.entries(row.route ?? {}).map(([era, name]) => ({ row, era, name })));
  fc.assert(
    fc.property(
      fc.constantFrom(...named),
      fc.array(component, { minLength: 2, maxLength: 5 }),
      ({ row, era, name }, parts) => {
        const examples = Object.entries(row.parameters).map(
          ([
            key,
            {
              examples: [text],
            },
          ]) => [key, text] as const,
        );
        const parameters = {
          ...Object.fromEntries(examples),
          ...("name" in row.parameters && { name: parts.join("/") }),
        };
        const path = (pathTo as (era: string, name: string, of: object) => string)(era, name, parameters);
        const query = new URLSearchParams((row.when ?? []).map((key) => [key, "x"]));
        expect(router.match(row.method, path, query)).toMatchObject({
          kind: "row",
          row: { id: row.id },
          raw: parameters,
        });
      },
    ),
    { numRuns: 2_000 },
  );
});
