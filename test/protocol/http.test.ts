/** What the specification leaves to HTTP itself (RFC 9110). */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { blobOf } from "../harness/content.ts";
import { patienceMs } from "../harness/patience.ts";
import { ask, RawConnection } from "../harness/raw.ts";
import { startRepository } from "../harness/repository.ts";
import { requestOf } from "../harness/requests.ts";

setDefaultTimeout(patienceMs);

const name = "team/http";

const { registry, image } = await startRepository(name);

describe("SPEC-HTTP-01 a HEAD", () => {
  const paths = [
    "/v2/",
    `/v2/${name}/manifests/latest`,
    `/v2/${name}/manifests/nothing`,
    `/v2/${name}/manifests/${image.manifest.digest}`,
    `/v2/${name}/blobs/${image.layer.digest}`,
    `/v2/${name}/blobs/${blobOf("absent").digest}`,
    "/v2/UPPER/manifests/latest",
    "/nowhere",
  ];
  for (const target of paths) {
    test(`of ${target} has every header that a GET has, its length too`, async () => {
      const [get, head] = [
        await ask(registry.port, { method: "GET", target }),
        await ask(registry.port, { method: "HEAD", target }),
      ];
      const undated = (all: Headers) => [...all].filter(([header]) => header !== "date");
      expect([head.status, undated(head.headers)]).toEqual([get.status, undated(get.headers)]);
      expect(head.headers.get("content-length")).toBe(String(get.body.length));
    });
  }
});

test("SPEC-HTTP-01 every reply says when it was made, once", async () => {
  const requests = [
    ...rows.map((row) => requestOf(row, { path: { name } })),
    { method: "HEAD", target: "/v2/UPPER/tags/list" },
  ];
  for (const request of requests) {
    const { headers } = await ask(registry.port, request);
    expect([request.method, request.target, headers.get("date")]).toEqual([
      request.method,
      request.target,
      expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/) as unknown as string,
    ]);
  }
});

test("SPEC-HTTP-01 a client that says close has its connection closed, in HTTP/1.0 without saying so", async () => {
  for (const [version, headers] of [
    ["1.1", "Host: registry.test\r\nConnection: close\r\n"],
    ["1.0", ""],
  ]) {
    const connection = await RawConnection.open(registry.port);
    await connection.send(`GET /v2/ HTTP/${version}\r\n${headers}\r\n`);
    expect((await connection.response("GET"))?.status).toBe(200);
    expect(await connection.response("GET")).toBeUndefined();
  }
});
