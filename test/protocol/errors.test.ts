/** The format of error replies. They reach the client in every phase of a request. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { catalogue } from "../../src/oci/errors.ts";
import { blobOf, imageOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage, putManifest, startUpload } from "../support/push.ts";
import { ask, chunkOf, headOf, RawConnection, rawCodesOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
let image: Awaited<ReturnType<typeof pushImage>>;
beforeAll(async () => {
  registry = await startRegistry();
  image = await pushImage(registry.url, "library/errors", "latest");
});
afterAll(() => registry.dispose());

/** The codes of the specification ("Error Codes"). A 4xx reply may have no other code. */
const specified = new Set([
  "BLOB_UNKNOWN",
  "BLOB_UPLOAD_INVALID",
  "BLOB_UPLOAD_UNKNOWN",
  "DIGEST_INVALID",
  "MANIFEST_BLOB_UNKNOWN",
  "MANIFEST_INVALID",
  "MANIFEST_UNKNOWN",
  "NAME_INVALID",
  "NAME_UNKNOWN",
  "SIZE_INVALID",
  "UNAUTHORIZED",
  "DENIED",
  "UNSUPPORTED",
  "TOOMANYREQUESTS",
]);

test("SPEC-ERR-02 every code of a 4xx reply is a code of the specification", () => {
  for (const [failure, { code, status }] of Object.entries(catalogue)) {
    if (status < 500) expect([failure, specified.has(code)]).toEqual([failure, true]);
  }
});

test("BASE-03 SEC-07 every reply has the headers registry/2.0 and nosniff", async () => {
  const requests = [
    ...rows.map((row) => requestOf(row)),
    ...["/", "/v2", "/v1/_ping", "/v2/nowhere", "/favicon.ico"].map((target) => ({ method: "GET", target })),
    ...["OPTIONS", "DELETE"].map((method) => ({ method, target: "/v2/" })),
    { method: "GET", target: "/v2/UPPER/tags/list" },
    { method: "GET", target: "/v2/", headers: [["Host", "a b"]] as const },
  ];
  for (const request of requests) {
    const { status, headers } = await ask(registry.port, request);
    const told = [headers.get("docker-distribution-api-version"), headers.get("x-content-type-options")];
    expect([request.method, request.target, status, ...told]).toEqual([
      request.method,
      request.target,
      status,
      "registry/2.0",
      "nosniff",
    ]);
  }
});

test("SPEC-ERR-01 an error reply is JSON, and each entry has a code, a message and a detail", async () => {
  const get = await fetch(`${registry.url}/v2/library/errors/manifests/nothing`);
  expect(get.headers.get("content-type")).toBe("application/json");
  expect(await get.json()).toEqual({
    errors: [
      {
        code: "MANIFEST_UNKNOWN",
        message: "the manifest is not in this repository",
        detail: { reference: "nothing" },
      },
    ],
  });
});

test("SPEC-ERR-01 the error for a parameter names it, its value and the expected format", async () => {
  const get = await fetch(`${registry.url}/v2/library/errors/tags/list?n=many`);
  const { errors } = (await get.json()) as { errors: { message: string; detail: Record<string, string> }[] };
  expect(errors[0]?.message).toContain("n");
  expect(errors[0]?.detail["value"]).toBe("many");
  expect(errors[0]?.detail["expected"]).toContain("whole number");
});

test("SPEC-ERR-01 SEC-07 text of the client in an error reply is truncated, and encoded as JSON", async () => {
  const evil = `<script>alert("x")</script>${"a".repeat(1000)}`;
  const get = await fetch(`${registry.url}/v2/library/errors/manifests/${encodeURIComponent(evil)}`);
  expect([get.status, get.headers.get("content-type")]).toEqual([404, "application/json"]);
  const text = await get.text();
  expect(text.length).toBeLessThan(1000);
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});

test("an unknown route is 404 UNSUPPORTED", async () => {
  for (const path of [
    "/v1/_ping",
    "/v2/a",
    "/v2/a/b/c",
    "/v2/a/tags",
    "/v2/a/manifests",
    "/v2/blobs/uploads/",
    "/v3/",
  ]) {
    for (const method of ["GET", "POST", "DELETE"]) {
      const response = await fetch(registry.url + path, { method });
      expect([path, response.status, await codesOf(response)]).toEqual([path, 404, ["UNSUPPORTED"]]);
    }
    expect((await fetch(registry.url + path, { method: "HEAD" })).status).toBe(404);
  }
});

test("HEAD-01 a refused HEAD has no body, and the connection remains usable", async () => {
  const connection = await RawConnection.open(registry.port);
  const { digest } = blobOf("absent");
  for (const [target, status] of [
    [`/v2/library/errors/blobs/${digest}`, 404],
    ["/v2/library/errors/manifests/nothing", 404],
    ["/v2/UPPER/manifests/latest", 400],
    ["/v2/library/errors/blobs/uploads/", 405],
    ["/nowhere", 404],
  ] as const) {
    await connection.sendRequest({ method: "HEAD", target });
    const head = await connection.response("HEAD");
    expect([target, head?.status, head?.body.length]).toEqual([target, status, 0]);
  }
  await connection.sendRequest({ method: "GET", target: "/v2/" });
  expect((await connection.response("GET"))?.status).toBe(200);
  connection.cut();
});

test("MPUT-11 of 250 missing blobs, the reply names a hundred and counts the rest", async () => {
  const layers = Array.from({ length: 250 }, (_, index) => blobOf(`missing ${index}`));
  const put = await putManifest(registry.url, "library/errors", "many", imageOf(image.config, layers));
  const { errors } = (await put.json()) as { errors: { code: string; message: string; detail: unknown }[] };
  expect(errors.length).toBe(101);
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["MANIFEST_BLOB_UNKNOWN"]));
  expect(errors.at(-1)).toMatchObject({ detail: { missing: 150 } });
});

describe("CL-12 a refusal in the middle of a large body reaches the client", () => {
  const size = 20 * 1024 * 1024;
  const body = new Uint8Array(size);
  const session = "/v2/library/errors/blobs/uploads/5586ec55-d95f-4436-b3e7-1d7283bbc31e";
  const target = `${session}?digest=${blobOf("x").digest}`;

  test("as a status of fetch", async () => {
    const put = await fetch(registry.url + target, { method: "PUT", body });
    expect([put.status, await codesOf(put)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
  });

  const framings = {
    "with a length": [headOf({ method: "PUT", target, headers: [["Content-Length", String(size)]] }), body],
    "in chunks": [
      headOf({ method: "PUT", target, headers: [["Transfer-Encoding", "chunked"]] }),
      Buffer.concat([chunkOf(body), chunkOf(new Uint8Array())]),
    ],
  } as const;
  for (const [what, [head, bytes]] of Object.entries(framings)) {
    test(`${what}: the status arrives, the rest is read, and the connection remains usable`, async () => {
      const connection = await RawConnection.open(registry.port);
      await connection.send(head);
      const refused = await connection.response("PUT");
      expect([refused?.status, rawCodesOf(refused!)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
      await connection.send(bytes);
      await connection.sendRequest({ method: "GET", target: "/v2/" });
      expect((await connection.response("GET"))?.status).toBe(200);
      connection.cut();
    });
  }

  test("a body of a request that needs none is read and dropped", async () => {
    const connection = await RawConnection.open(registry.port);
    for (const [method, path, status] of [
      ["GET", "/v2/", 200],
      ["DELETE", "/v2/library/errors/manifests/nothing", 404],
      ["POST", "/v2/library/errors/blobs/uploads/", 202],
    ] as const) {
      await connection.sendRequest({ method, target: path, body: new Uint8Array(1_000_000) });
      expect((await connection.response(method))?.status).toBe(status);
    }
    connection.cut();
  });
});

describe("MPUT-18 CL-02 Expect: 100-continue", () => {
  const expectation = ["Expect", "100-continue"] as const;

  test("is answered with 100, and then with the reply", async () => {
    const { bytes, digest } = blobOf("expected", 5000);
    const location = await startUpload(registry.url, "library/errors");
    const connection = await RawConnection.open(registry.port);
    const headers = [expectation, ["Content-Length", "5000"]] as const;
    await connection.send(headOf({ method: "PUT", target: `${location}?digest=${digest}`, headers }));
    expect((await connection.response("PUT"))?.status).toBe(100);
    await connection.send(bytes);
    expect((await connection.response("PUT"))?.status).toBe(201);
    connection.cut();
  });

  test("on a refused request is answered with the refusal before the client sends the body", async () => {
    const connection = await RawConnection.open(registry.port);
    const headers = [expectation, ["Content-Length", "1000000"]] as const;
    await connection.send(headOf({ method: "PUT", target: "/v2/UPPER/manifests/latest", headers }));
    let response = await connection.response("PUT");
    if (response?.status === 100) response = await connection.response("PUT");
    expect(response?.status).toBe(400);
    connection.cut();
  });
});
