/**
 * The reply of each row if a body is too large, if the client has too much in progress, or if nothing can be written.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { promises as fs } from "node:fs";
import { rows } from "../../src/api/table.ts";
import { metadataLimits } from "../../src/metadata/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { uploadLimits } from "../../src/registry/uploads/limits.ts";
import { codeOf } from "../../src/oci/errors.ts";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { prepare, succeedingRequest, type Prepared } from "../support/prepared.ts";
import { codesOf, startUpload } from "../support/push.ts";
import { ask, chunkOf, headOf, RawConnection, rawCodesOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";
import { fileOf } from "../support/stored-files.ts";

setDefaultTimeout(patienceMs);

const faults = new Faults();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0, faults });
});
afterAll(() => registry.dispose());

describe("LIM-01 CVE-2017-11468 a body over the limit is refused with 413", () => {
  for (const row of rows) {
    if (row.body.kind === "none") continue;
    const { maxBytes } = row.body;

    test(`${row.id}: with a Content-Length, before the client sends a byte of it`, async () => {
      const connection = await RawConnection.open(registry.port);
      const { method, target } = requestOf(row);
      await connection.send(headOf({ method, target, headers: [["Content-Length", String(maxBytes + 1)]] }));
      const response = await connection.response(method);
      connection.cut();
      expect(response?.status).toBe(413);
      expect(rawCodesOf(response!)).toEqual([codeOf("BODY_TOO_LARGE", row.dialect ?? "today")]);
    });

    // A blob of 1 TiB is too large for a test. The same code counts the bytes of both kinds.
    if (row.body.kind !== "bytes") continue;
    test(`${row.id}: in chunks without a length; the connection remains usable`, async () => {
      const connection = await RawConnection.open(registry.port);
      const { method, target } = requestOf(row);
      await connection.send(headOf({ method, target, headers: [["Transfer-Encoding", "chunked"]] }));
      await connection.send(chunkOf(new Uint8Array(maxBytes)));
      await connection.send(chunkOf(new Uint8Array(1)));
      await connection.send(chunkOf(new Uint8Array()));
      const response = await connection.response(method);
      expect(response?.status).toBe(413);
      expect(rawCodesOf(response!)).toEqual([codeOf("BODY_TOO_LARGE", row.dialect ?? "today")]);
      await connection.sendRequest({ method: "GET", target: "/v2/" });
      expect((await connection.response("GET"))?.status).toBe(200);
      connection.cut();
    });
  }
});

describe("a registry that cannot write answers 503 with Retry-After, and changes nothing", () => {
  // A HEAD still answers: test/protocol/pins.test.ts.
  const writing = rows.filter((row) => row.writes);

  for (const row of writing) {
    test(row.id, async () => {
      const prepared = await prepare(registry, `cannot/${row.id}`);
      const request = succeedingRequest(row, prepared);
      faults.writesFail = true;
      const refused = await ask(registry.port, request);
      faults.writesFail = false;
      expect(refused.status).toBe(503);
      expect(refused.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
      expect(rawCodesOf(refused)).toEqual(["UNAVAILABLE"]);
      expect(new TextDecoder().decode(refused.body)).not.toContain("disk");
      await expectUntouched(prepared);
      const again = await ask(registry.port, request);
      expect(again.status).toBeLessThan(300);
    });
  }
});

async function expectUntouched({ name, tag, manifest, blob, loose, location, nextManifest, nextBlob }: Prepared) {
  const there = [
    `/v2/${name}/manifests/${tag}`,
    `/v2/${name}/manifests/${manifest.digest}`,
    `/v2/${name}/blobs/${blob.digest}`,
    `/v2/${name}/blobs/${loose.digest}`,
  ];
  for (const path of there) expect((await fetch(`${registry.url}${path}`)).status).toBe(200);
  for (const path of [`/v2/${name}/manifests/${nextManifest.digest}`, `/v2/${name}/blobs/${nextBlob.digest}`]) {
    expect((await fetch(`${registry.url}${path}`)).status).toBe(404);
  }
  const status = await fetch(`${registry.url}${location}`);
  expect([status.status, status.headers.get("range")]).toEqual([204, "0-0"]);
}

test("a full disk is 503; the session keeps its bytes, and continues when the disk has space", async () => {
  const location = `${registry.url}${await startUpload(registry.url, "full/disk")}`;
  expect((await fetch(location, { method: "PATCH", body: "first" })).status).toBe(202);
  faults.storageFull = true;
  const refused = await fetch(location, { method: "PATCH", body: "second" });
  const ready = await fetch(`${registry.url}/readyz`);
  faults.storageFull = false;
  expect([refused.status, await codesOf(refused)]).toEqual([503, ["UNAVAILABLE"]]);
  expect([ready.status, await codesOf(ready)]).toEqual([503, ["UNAVAILABLE"]]);
  expect((await fetch(location)).headers.get("range")).toBe("0-4");
  const went = await fetch(location, { method: "PATCH", body: "second", headers: { "content-range": "5-10" } });
  expect(went.headers.get("range")).toBe("0-10");
});

test("the end of an upload that failed can be requested again, also if the upload had several chunks", async () => {
  const { bytes, digest } = blobOf("ended twice", 1000);
  const location = `${registry.url}${await startUpload(registry.url, "end/again")}`;
  expect((await fetch(location, { method: "PATCH", body: bytes.slice(0, 600) })).status).toBe(202);
  const end = () => fetch(`${location}?digest=${digest}`, { method: "PUT", body: bytes.slice(600) });
  faults.writesFail = true;
  const refused = await end();
  faults.writesFail = false;
  expect([refused.status, await codesOf(refused)]).toEqual([503, ["UNAVAILABLE"]]);
  expect((await end()).status).toBe(201);
  expect(await (await fetch(`${registry.url}/v2/end/again/blobs/${digest}`)).bytes()).toEqual(bytes);
});

test("LIM-01 a chunk that would exceed the size limit of a blob is 413, with and without a Content-Length", async () => {
  const location = await startUpload(registry.url, "too/large");
  const range = `0-${ociLimits.blobBytes}`;
  const framings = [
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", String(ociLimits.blobBytes + 1)],
  ] as const;
  for (const framing of framings) {
    const connection = await RawConnection.open(registry.port);
    const headers = [["Content-Range", range], framing] as const;
    await connection.send(headOf({ method: "PATCH", target: location, headers }));
    const response = await connection.response("PATCH");
    connection.cut();
    expect([response?.status, rawCodesOf(response!)]).toEqual([413, ["SIZE_INVALID"]]);
  }
});

for (const [method, place] of [
  ["GET", "blobs"],
  ["HEAD", "blobs"],
  ["GET", "blob"],
  ["HEAD", "blob"],
] as const) {
  test(`I1 ${method} ${place}/: a blob without bytes is 404 even if that cannot be recorded`, async () => {
    const own = await startRegistry({ inlineBlobBytes: 0, faults });
    const { loose, name } = await prepare(own, "gone/blob");
    await fs.rm(await fileOf(own.data, loose.digest));
    faults.writesFail = true;
    const response = await fetch(`${own.url}/v2/${name}/${place}/${loose.digest}`, { method });
    faults.writesFail = false;
    expect(response.status).toBe(404);
    await own.dispose();
  });
}

test("LIM-06 a parameter that occurs too often is 414", async () => {
  for (const row of rows) {
    for (const [name, { codec, repeated }] of Object.entries(row.query)) {
      if (repeated === undefined) continue;
      const { target, ...rest } = requestOf(row);
      const more = `${name}=${encodeURIComponent(codec.examples[0])}`;
      const query = Array.from({ length: repeated + 1 }, () => more).join("&");
      const refused = await ask(registry.port, { ...rest, target: `${target.split("?")[0]}?${query}` });
      expect([row.id, refused.status, rawCodesOf(refused)]).toEqual([row.id, 414, ["UNSUPPORTED"]]);
    }
  }
});

describe("L36 a client with too many open upload sessions gets 429", () => {
  for (const [id, path] of [
    ["upload-start", "blobs/uploads/"],
    ["upload-mount", `blobs/uploads/?mount=${blobOf("nowhere").digest}&from=no/where`],
    ["legacy-upload-start", "blob/upload/"],
  ] as const) {
    test(`${id}: no session is started`, async () => {
      faults.sessionsFull = true;
      const refused = await fetch(`${registry.url}/v2/many/sessions/${path}`, { method: "POST" });
      faults.sessionsFull = false;
      const seconds = Number(refused.headers.get("retry-after"));
      expect([refused.status, seconds]).toEqual([429, uploadLimits.emptyUploadLifetimeMs / 1000]);
      expect(await refused.text()).toContain(`${metadataLimits.uploadSessionsOfClient} upload sessions`);
    });
  }

  test("upload-monolithic: a blob in one request needs no session", async () => {
    const { bytes, digest } = blobOf("in one request");
    faults.sessionsFull = true;
    const url = `${registry.url}/v2/many/sessions/blobs/uploads/?digest=${digest}`;
    const pushed = await fetch(url, { method: "POST", body: bytes });
    faults.sessionsFull = false;
    expect(pushed.status).toBe(201);
  });
});
