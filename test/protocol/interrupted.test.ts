/** Uploads that break off, that two clients write to, or that outlive the process. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { statSync, truncateSync } from "node:fs";
import { table } from "../../src/api/table.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { chunkOf, headOf, RawConnection, rawCodesOf } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { requestOf } from "../support/requests.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { until, whileTimePasses } from "../support/until.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/interrupted";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0 });
});
afterAll(() => registry.dispose());

function get(digest: string): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/${digest}`);
}

/** Begins a PATCH that announces more than it sends, and returns when the sent bytes are in the file of the session. */
async function unfinishedPatch(upload: Upload, sent: Uint8Array, framing: readonly [string, string]) {
  const connection = await RawConnection.open(registry.port);
  const [field] = framing;
  await connection.send(headOf({ method: "PATCH", target: upload.location, headers: [framing] }));
  await connection.send(field === "Transfer-Encoding" ? chunkOf(sent) : sent);
  const file = uploadFileOf(registry.data, upload.location);
  await until(() => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === sent.length);
  return connection;
}

describe("UP-27 a connection that breaks in the middle of a chunk", () => {
  const { bytes, digest } = blobOf("broken off", 100_000);
  const framings = {
    "length announced": ["Content-Length", "100000"],
    "length unknown": ["Transfer-Encoding", "chunked"],
  } as const;

  for (const [what, framing] of Object.entries(framings)) {
    test(`with its ${what}: the session keeps the bytes that arrived, reports the true offset, and can be continued`, async () => {
      const upload = await Upload.start(registry.url, name);
      const connection = await unfinishedPatch(upload, bytes.slice(0, 40_000), framing);
      connection.cut();
      expect((await upload.status()).headers.get("range")).toBe("0-39999");
      expect((await upload.patch(bytes.slice(40_000), "40000-99999")).status).toBe(202);
      expect((await upload.put(`digest=${digest}`)).status).toBe(201);
      expect(await (await get(digest)).bytes()).toEqual(bytes);
    });
  }

  test("of a short chunk with a length: the session keeps none of its bytes, and can be continued", async () => {
    const upload = await Upload.start(registry.url, name);
    const short = blobOf("short", 12_000);
    expect((await upload.patch(short.bytes.slice(0, 2_000))).status).toBe(202);
    const connection = await RawConnection.open(registry.port);
    const head = headOf({ method: "PATCH", target: upload.location, headers: [["Content-Length", "10000"]] });
    await connection.send(head);
    await connection.send(short.bytes.slice(2_000, 6_000));
    connection.cut();
    expect((await upload.status()).headers.get("range")).toBe("0-1999");
    expect((await upload.patch(short.bytes.slice(2_000), "2000-11999")).status).toBe(202);
    expect((await upload.put(`digest=${short.digest}`)).status).toBe(201);
    expect(await (await get(short.digest)).bytes()).toEqual(short.bytes);
  });

  test("in the closing PUT: the session still exists, and can be finished", async () => {
    const upload = await Upload.start(registry.url, name);
    const connection = await RawConnection.open(registry.port);
    const target = `${upload.location}?digest=${digest}`;
    await connection.send(headOf({ method: "PUT", target, headers: [["Content-Length", "100000"]] }));
    await connection.send(bytes.slice(0, 70_000));
    await until(
      () => statSync(uploadFileOf(registry.data, upload.location), { throwIfNoEntry: false })?.size === 70_000,
    );
    connection.cut();
    expect((await upload.status()).headers.get("range")).toBe("0-69999");
    expect((await upload.put(`digest=${digest}`, bytes.slice(70_000), "70000-99999")).status).toBe(201);
  });

  test("in a single POST: the registry keeps nothing of it", async () => {
    const { digest: absent } = blobOf("broken POST", 100_000);
    const connection = await RawConnection.open(registry.port);
    const { method, target } = requestOf(table.uploadMonolithic, { path: { name }, query: { digest: absent } });
    await connection.send(headOf({ method, target, headers: [["Content-Length", "100000"]] }));
    await connection.send(new Uint8Array(5_000));
    await until(async () => /^lading_uploads_active 1$/m.test(await (await fetch(`${registry.url}/metrics`)).text()));
    connection.cut();
    await until(() =>
      registry.recorder.events.some(({ failure, row }) => row === "upload-monolithic" && failure === "UPLOAD_INVALID"),
    );
    expect((await get(absent)).status).toBe(404);
  });

  test("a chunk with broken framing is 400, and the session keeps the bytes before it", async () => {
    const upload = await Upload.start(registry.url, name);
    const connection = await unfinishedPatch(upload, bytes.slice(0, 10_000), ["Transfer-Encoding", "chunked"]);
    await connection.send("this is no chunk\r\n");
    expect((await connection.response("PATCH"))?.status).toBe(400);
    connection.cut();
    expect((await upload.status()).headers.get("range")).toBe("0-9999");
  });
});

/** The runtime collects a large body, and Lading collects a small one. */
const announced = [1_000, ociLimits.manifestReadAtOnceBytes + 1];
const brokenOff = [table.manifestPutByTag, table.manifestPutByDigest, table.legacyManifestPut].flatMap((row) =>
  announced.map((length) => ({ row, length })),
);

for (const { row, length } of brokenOff) {
  test(`UP-27 ${row.id}: a manifest of ${length} bytes that breaks off is not stored, and its row declares the error`, async () => {
    const asked = Promise.withResolvers<void>();
    const own = await startRegistry({
      inlineBlobBytes: 0,
      policy: {
        decide({ action }) {
          if (action === "push") asked.resolve();
          return "granted";
        },
      },
    });
    const connection = await RawConnection.open(own.port);
    const { method, target } = requestOf(row);
    await connection.send(headOf({ method, target, headers: [["Content-Length", String(length)]] }));
    await connection.send('{"schemaVersion":2');
    await asked.promise;
    connection.cut();
    await until(() => own.recorder.events.length > 0);
    expect(own.recorder.events[0]).toMatchObject({ row: row.id, failure: "REQUEST_MALFORMED", status: 400 });
    expect((await fetch(own.url + target)).status).toBe(404);
    await own.dispose();
  });
}

describe("two writers of one upload session", () => {
  test("UP-23 of two chunks for the same offset exactly one is accepted, and the content is right", async () => {
    const { bytes, digest } = blobOf("contended", 200_000);
    for (let round = 0; round < 5; round += 1) {
      const upload = await Upload.start(registry.url, name);
      const writers = Array.from({ length: 4 }, () => upload.patch(bytes.slice(0, 100_000), "0-99999"));
      const statuses = (await Promise.all(writers)).map(({ status }) => status);
      expect(statuses.toSorted((a, b) => a - b)).toEqual([202, 416, 416, 416]);
      const closing = Array.from({ length: 3 }, () =>
        upload.put(`digest=${digest}`, bytes.slice(100_000), "100000-199999"),
      );
      const ended = (await Promise.all(closing)).map(({ status }) => status);
      expect(ended.toSorted((a, b) => a - b)).toEqual([201, 404, 404]);
      expect(await (await get(digest)).bytes()).toEqual(bytes);
    }
  });

  test("while one request writes, another is refused with 416, and the session has the bytes of the first", async () => {
    const { bytes, digest } = blobOf("held", 50_000);
    const upload = await Upload.start(registry.url, name);
    const connection = await unfinishedPatch(upload, bytes.slice(0, 20_000), ["Content-Length", "50000"]);
    const refused = await whileTimePasses(registry.clock, 1_000, upload.patch("intruding"));
    expect([refused.status, await codesOf(refused)]).toEqual([416, ["BLOB_UPLOAD_INVALID"]]);
    expect(refused.headers.get("location")).toBe(upload.location);
    await connection.send(bytes.slice(20_000));
    expect((await connection.response("PATCH"))?.status).toBe(202);
    connection.cut();
    expect((await upload.put(`digest=${digest}`)).status).toBe(201);
    expect(await (await get(digest)).bytes()).toEqual(bytes);
  });

  test("CAN-01 a session that is cancelled during a write ends for both clients", async () => {
    const upload = await Upload.start(registry.url, name);
    const connection = await unfinishedPatch(upload, new Uint8Array(20_000), ["Content-Length", "40000"]);
    expect((await upload.cancel()).status).toBe(204);
    await connection.send(new Uint8Array(20_000));
    const response = await connection.response("PATCH");
    expect([response?.status, rawCodesOf(response!)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
    connection.cut();
    expect((await upload.status()).status).toBe(404);
  });
});

describe("a restart in the middle of an upload", () => {
  test("I5 the session keeps its offset, and the digest covers all its bytes", async () => {
    const { bytes, digest } = blobOf("across a restart", 50_000);
    const first = await startRegistry({ inlineBlobBytes: 0 });
    const before = await Upload.start(first.url, name);
    expect((await before.patch(bytes.slice(0, 30_000))).status).toBe(202);
    const second = await first.restart();
    const after = before.movedTo(second.url);
    expect((await after.status()).headers.get("range")).toBe("0-29999");
    expect((await after.patch(bytes.slice(30_000, 40_000), "30000-39999")).status).toBe(202);
    expect((await after.put(`digest=${digest}`, bytes.slice(40_000))).status).toBe(201);
    const stored = await fetch(`${second.url}/v2/${name}/blobs/${digest}`);
    expect(await stored.bytes()).toEqual(bytes);
    await second.dispose();
  });

  test("I1 a session whose bytes were lost is 404, and never becomes a blob", async () => {
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch("0123456789")).status).toBe(202);
    truncateSync(uploadFileOf(registry.data, upload.location), 4);
    const patch = await upload.patch("more");
    expect([patch.status, await codesOf(patch)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
    expect((await upload.status()).status).toBe(404);
  });
});
