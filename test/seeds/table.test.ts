/** Compares the API table with the descriptors of 2014: every route, method, parameter, header, status and code. */
import { describe, expect, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { answersTo } from "./answers.ts";
import { entriesOfCode, entriesOfRoute, type Entry } from "./entries.ts";
import type { RouteFact } from "./fact.ts";
import { codeFacts, routeFacts } from "./facts/descriptors.ts";
import { descriptors } from "./seeds.ts";

test("a row or an exception meets every entry of the descriptors", () => {
  expect(descriptors.faults).toEqual([]);
});

test("the number of facts is unchanged", () => {
  const uses = routeFacts.flatMap((route) => route.uses);
  expect([routeFacts.length, uses.length, codeFacts.length]).toEqual([6, 14, 11]);
  expect(new Set(descriptors.lines.map(({ entry }) => entry)).size).toBe(descriptors.lines.length);
});

describe("each missing part is found", () => {
  const route: RouteFact = {
    name: "blob",
    path: "/v2/{name}/blobs/{digest}",
    uses: [
      {
        method: "GET",
        path: ["name", "uuid"],
        query: [{ name: "colour" }],
        headers: [{ name: "Range", required: true }],
        body: "text/plain",
        successes: [{ status: 200, headers: ["Location"], body: "text/plain" }, { status: 299 }],
        refusals: [{ status: 404, codes: ["BLOB_UNKNOWN", "BLOB_LOST"] }, { status: 418 }],
        shown: ["BLOB-01"],
      },
      { method: "PATCH", shown: [] },
    ],
  };
  const faultsOf = (entries: readonly Entry[], exceptions = {}) => answersTo(entries, exceptions, rows).faults;

  test("of a use", () => {
    expect(faultsOf(entriesOfRoute(route))).toEqual(
      [
        "GET blob: path uuid",
        "GET blob: query colour",
        "GET blob: header Range, required",
        "GET blob: body text/plain",
        "GET blob: 200, Location",
        "GET blob: 200, text/plain",
        "GET blob: 299",
        "GET blob: 404 BLOB_LOST",
        "GET blob: 418",
        "PATCH blob",
      ].map((entry) => `${entry} is held by no row`),
    );
  });

  test("of a route and of a code", () => {
    expect(
      faultsOf(entriesOfRoute({ ...route, path: "/v2/{name}/blob/{digest}", uses: route.uses.slice(1) }).slice(0, 1)),
    ).toEqual(["blob: /v2/{name}/blob/{digest} is held by no row"]);
    expect(faultsOf(entriesOfCode({ code: "SIZE_INVALID", statuses: [400, 404] }))).toEqual([
      "code SIZE_INVALID, 404 is held by no row",
    ]);
  });

  test("of exceptions: a superfluous one, one with a row that does not meet it, an unused one", () => {
    const [code] = entriesOfCode({ code: "TAG_INVALID", statuses: [400] });
    const shown = ["LEG-02"];
    expect(faultsOf([code!], { [code!.name]: { row: "legacy-manifest-put", shown } })).toEqual([]);
    expect(faultsOf([code!], { [code!.name]: { row: "legacy-blob-get", shown } })).toEqual([
      "code TAG_INVALID, 400 is not held by legacy-blob-get either",
    ]);
    const [size] = entriesOfCode({ code: "SIZE_INVALID", statuses: [400] });
    expect(
      faultsOf([size!], { "code SIZE*": { row: "legacy-blob-get", shown }, other: { divergence: "", shown } }),
    ).toEqual([
      "code SIZE_INVALID, 400 is held by upload-monolithic, and an exception as well",
      "other is an exception to nothing",
    ]);
  });
});
