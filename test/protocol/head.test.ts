/** HEAD is there wherever GET is: its status and its headers, without a body. */
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

/** What counts requests says something else each time. */
const changing = (row: Row) => row.id === "metrics";

function headersOf(response: RawResponse, row: Row): Record<string, string> {
  const headers = Object.fromEntries(response.headers);
  delete headers["date"];
  if (changing(row)) delete headers["content-length"];
  return headers;
}

/** Both on one connection: were there a body behind a HEAD's headers, the next reply would be out of step. */
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

describe("reports 6 HEAD-01 a HEAD is answered as the GET", () => {
  for (const row of gets) {
    test(`${row.id}: where it succeeds, three times, for what is kept`, async () => {
      const request = succeedingRequest(row, prepared);
      for (let times = 0; times < 3; times += 1) {
        const { status } = await expectAlike(row, request);
        expect([row.id, status < 300]).toEqual([row.id, true]);
      }
    });

    for (const [parameter, codec] of Object.entries(row.parameters)) {
      test(`${row.id}: where ${parameter} is refused`, async () => {
        for (const text of codec.invalid) await expectAlike(row, requestOf(row, { path: { name, [parameter]: text } }));
      });
    }
  }

  test("where nothing is there", async () => {
    for (const row of gets.filter(({ parameters }) => "name" in parameters)) {
      await expectAlike(row, requestOf(row, { path: { name: "nobody/here" } }));
    }
  });

  test("where the client has it", async () => {
    for (const row of gets.filter(({ headers }) => "if-none-match" in headers)) {
      const etag = (await ask(registry.port, succeedingRequest(row, prepared))).headers.get("etag")!;
      const request = { ...succeedingRequest(row, prepared), headers: [["If-None-Match", etag]] as const };
      expect([row.id, (await expectAlike(row, request)).status]).toEqual([row.id, 304]);
    }
  });

  test("with what its parameters choose: the page, its Link, the filter", async () => {
    const tagList = rows.find(({ id }) => id === "tag-list")!;
    const paged = await expectAlike(tagList, { method: "GET", target: `/v2/${name}/tags/list?n=1` });
    expect(paged.headers.get("link")).toContain("last=latest");
    const referrers = rows.find(({ id }) => id === "referrer-list")!;
    const target = `/v2/${name}/referrers/${prepared.manifest.digest}?artifactType=a/b`;
    const filtered = await expectAlike(referrers, { method: "GET", target });
    expect(filtered.headers.get("oci-filters-applied")).toBe("artifactType");
  });

  test("a registry that is not ready says 503 to both", async () => {
    const readyz = rows.find(({ id }) => id === "readyz")!;
    faults.storageFull = true;
    const head = await expectAlike(readyz, { method: "GET", target: "/readyz" });
    faults.storageFull = false;
    expect([head.status, head.headers.get("retry-after")]).toEqual([503, "5"]);
  });
});

describe("reports 6 METH-01", () => {
  test("Allow names HEAD beside GET", async () => {
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

  test("where there is no GET there is no HEAD", async () => {
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
