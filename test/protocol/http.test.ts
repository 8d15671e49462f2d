/** Rules that the specification leaves to HTTP (RFC 9110). */
import { afterEach, describe, expect, setDefaultTimeout, setSystemTime, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushImage } from "../support/push.ts";
import { ask, RawConnection } from "../support/raw.ts";
import { startRegistry } from "../support/registry.ts";
import { startRepository } from "../support/repository.ts";
import { requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

const name = "team/http";

const { registry, image } = await startRepository(name);

afterEach(() => void setSystemTime());

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
    test(`of ${target} has every header of the GET with the same length, also from the cache`, async () => {
      const undated = (all: Headers) => [...all].filter(([header]) => header !== "date");
      const first = await ask(registry.port, { method: "GET", target });
      // Repeated requests are answered from the cache.
      for (let times = 0; times < 3; times += 1) {
        const get = await ask(registry.port, { method: "GET", target });
        const head = await ask(registry.port, { method: "HEAD", target });
        expect([get.status, undated(get.headers), get.body]).toEqual([
          first.status,
          undated(first.headers),
          first.body,
        ]);
        expect([head.status, undated(head.headers)]).toEqual([get.status, undated(get.headers)]);
        expect(head.headers.get("content-length")).toBe(String(get.body.length));
      }
    });
  }
});

test("SPEC-HTTP-01 every reply has one Date header", async () => {
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

test("SPEC-HTTP-01 the Date of a cached reply to HEAD is the time of the request", async () => {
  const own = await startRegistry({ oneProcess: "its test sets the system time of the process" });
  const { layer } = await pushImage(own.url, name, "latest");
  for (const path of ["manifests/latest", `blobs/${layer.digest}`]) {
    const head = () => ask(own.port, { method: "HEAD", target: `/v2/${name}/${path}` });
    for (let times = 0; times < 3; times += 1) await head();
    for (const year of [2031, 2032]) {
      setSystemTime(new Date(Date.UTC(year, 0, 1)));
      expect((await head()).headers.get("date")).toContain(` ${year} `);
    }
  }
  await own.dispose();
});

test("SPEC-HTTP-01 the server closes the connection of a client that sends close, or that uses HTTP/1.0", async () => {
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
