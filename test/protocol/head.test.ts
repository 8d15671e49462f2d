/** Every GET has a HEAD with the same status and headers, without a body. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Row } from "../../src/api/describe.ts";
import { rows } from "../../src/api/table.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest, type Prepared } from "../support/prepared.ts";
import { pushImage } from "../support/push.ts";
import { ask, RawConnection, type RawRequest, type RawResponse } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

const faults = new Faults();
const name = "team/head";
let registry: TestRegistry;
let prepared: Prepared;
beforeAll(async () => {
  registry = await startRegistry({ faults });
  prepared = await prepare(registry, name);
  await pushImage(registry.url, name, "second");
});
afterAll(() => registry.dispose());

const gets = rows.filter(({ method }) => method === "GET");

/** The metrics change with each request. */
const changing = (row: Row) => row.id === "metrics";

function headersOf(response: RawResponse, row: Row): Record<string, string> {
  const headers = Object.fromEntries(response.headers);
  delete headers["date"];
  if (changing(row)) delete headers["content-length"];
  return headers;
}

/** Sends both on one connection. If a HEAD had a body, the next reply would be out of step. */
async function expectAlike(row: Row, request: RawRequest): Promise<RawResponse> {
  const connection = await RawConnection.open(registry.port);
  await connection.sendRequest({ ...request, method: "HEAD" });
  const head = await connection.response("HEAD");
  await connection.sendRequest(request);
  const get = await connection.response("GET");
  connection.cut();
  expect([row.id, head?.status, head && headersOf(head, row)]).toEqual([row.id, get?.status, headersOf(get!, row)]);
  if (get!.status !== 204 && get!.status !== 304 && !changing(row)) {
    expect([row.id, head!.headers.get("content-length")]).toEqual([row.id, String(get!.body.length)]);
  }
  expect(Number.isNaN(Date.parse(head!.headers.get("date") ?? ""))).toBe(false);
  return head!;
}

describe("reports 6 HEAD-01 a HEAD has the status and the headers of the GET", () => {
  for (const row of gets) {
    test(`${row.id}: on success, three times, so that the reply comes from the cache`, async () => {
      const request = succeedingRequest(row, prepared);
      for (let times = 0; times < 3; times += 1) {
        const { status } = await expectAlike(row, request);
        expect([row.id, status < 300]).toEqual([row.id, true]);
      }
    });

    for (const [parameter, codec] of Object.entries(row.parameters)) {
      test(`${row.id}: with an invalid ${parameter}`, async () => {
        for (const text of codec.invalid) await expectAlike(row, requestOf(row, { path: { name, [parameter]: text } }));
      });
    }
  }

  test("for a repository that does not exist", async () => {
    for (const row of gets.filter(({ parameters }) => "name" in parameters)) {
      await expectAlike(row, requestOf(row, { path: { name: "nobody/here" } }));
    }
  });

  test("for content that the client already has (304)", async () => {
    for (const row of gets.filter(({ headers }) => "if-none-match" in headers)) {
      const etag = (await ask(registry.port, succeedingRequest(row, prepared))).headers.get("etag")!;
      const request = { ...succeedingRequest(row, prepared), headers: [["If-None-Match", etag]] as const };
      expect([row.id, (await expectAlike(row, request)).status]).toEqual([row.id, 304]);
    }
  });

  test("with query parameters: the page, its Link, the filter", async () => {
    const tagList = rows.find(({ id }) => id === "tag-list")!;
    const paged = await expectAlike(tagList, { method: "GET", target: `/v2/${name}/tags/list?n=1` });
    expect(paged.headers.get("link")).toContain("last=latest");
    const referrers = rows.find(({ id }) => id === "referrer-list")!;
    const target = `/v2/${name}/referrers/${prepared.manifest.digest}?artifactType=a/b`;
    const filtered = await expectAlike(referrers, { method: "GET", target });
    expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
  });

  test("if the registry is not ready (503)", async () => {
    const readyz = rows.find(({ id }) => id === "readyz")!;
    faults.storageFull = true;
    const head = await expectAlike(readyz, { method: "GET", target: "/readyz" });
    faults.storageFull = false;
    expect([head.status, head.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});

describe("reports 6 METH-01", () => {
  test("Allow lists HEAD next to GET", async () => {
    for (const row of gets) {
      const { target } = requestOf(row);
      for (const method of ["OPTIONS", "TRACE", "PROPFIND"]) {
        const { status, headers } = await ask(registry.port, { method, target });
        const allowed = headers.get("allow")?.split(", ");
        expect([target, method, status]).toEqual([target, method, 405]);
        expect(allowed).toContain("GET");
        expect(allowed).toContain("HEAD");
      }
    }
  });

  test("a path without GET has no HEAD", async () => {
    const { status, headers } = await ask(registry.port, { method: "HEAD", target: `/v2/${name}/blobs/uploads/` });
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});

test("reports 6 the API description has a HEAD for each GET", async () => {
  const { paths } = (await (await fetch(`${registry.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  for (const [path, operations] of Object.entries(paths)) {
    expect([path, "head" in operations]).toEqual([path, "get" in operations]);
  }
});
