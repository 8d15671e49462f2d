/** Uploads by the routes of 2014. */
import { statSync } from "node:fs";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { chunkOf, headOf, RawConnection } from "../support/raw.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { until } from "../support/until.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "library/sent";
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

async function start(): Promise<Upload> {
  const post = await fetch(`${registry.url}/v2/${name}/blob/upload/`, { method: "POST" });
  expect([post.status, post.headers.get("range"), post.headers.get("content-length")]).toEqual([202, "0-0", "0"]);
  const upload = new Upload(registry.url, post.headers.get("location")!);
  expect(post.headers.get("docker-upload-uuid")).toBe(upload.id);
  return upload;
}

test("LEG-05 POST starts an upload session of the same routes, with and without the last slash", async () => {
  expect((await start()).location).toMatch(/^\/v2\/library\/sent\/blob\/upload\/[0-9a-f-]{36}$/);
  const bare = await fetch(`${registry.url}/v2/${name}/blob/upload`, { method: "POST" });
  expect(bare.status).toBe(202);
});

test("LEG-06 LEG-07 a client PUTs chunks until one has the digest; the status returns the offset", async () => {
  const { bytes, digest } = blobOf("in chunks", 3000);
  const upload = await start();
  for (const [from, to] of [
    [0, 1000],
    [1000, 2500],
  ] as const) {
    const accepted = await upload.put("", bytes.slice(from, to), `${from}-${to - 1}`);
    expect([accepted.status, accepted.headers.get("range")]).toEqual([202, `0-${to - 1}`]);
    expect(accepted.headers.get("location")).toBe(upload.location);
    for (const method of ["GET", "HEAD"] as const) {
      const status = await upload.status(method);
      expect([method, status.status, status.headers.get("range")]).toEqual([method, 204, `0-${to - 1}`]);
      expect([status.headers.get("location"), await status.text()]).toEqual([upload.location, ""]);
    }
  }
  const created = await upload.put(`digest=${digest}&length=3000`, bytes.slice(2500));
  expect([created.status, created.headers.get("docker-content-digest")]).toEqual([201, digest]);
  expect(created.headers.get("location")).toBe(`/v2/${name}/blob/${digest}`);
  for (const path of [created.headers.get("location"), `/v2/${name}/blobs/${digest}`]) {
    expect(await (await fetch(registry.url + path)).bytes()).toEqual(bytes);
  }
  expect((await upload.status()).status).toBe(404);
});

test("LEG-07 one PUT uploads a whole blob; a length alone does not finish the session", async () => {
  const { bytes, digest } = blobOf("in one", 10);
  const upload = await start();
  expect((await upload.put("length=10", bytes)).status).toBe(202);
  expect((await upload.put(`digest=${digest}&length=10`)).status).toBe(201);
});

test("LEG-07 a chunk at the wrong offset is 416, and its Location uses the same routes", async () => {
  const upload = await start();
  for (const query of ["", `digest=${blobOf("any").digest}`]) {
    const refused = await upload.put(query, "late", "5-8");
    expect([refused.status, refused.headers.get("location")]).toEqual([416, upload.location]);
  }
  expect((await upload.put("", "first", "0-4")).status).toBe(202);
});

test("LEG-08 a malformed, unknown or wrong digest is 400 INVALID_DIGEST", async () => {
  const wrong = ["nothing", "md5:d41d8cd98f00b204e9800998ecf8427e", blobOf("other").digest];
  for (const digest of wrong) {
    const refused = await (await start()).put(`digest=${digest}&length=4`, "some");
    expect([digest, refused.status, await codesOf(refused)]).toEqual([digest, 400, ["INVALID_DIGEST"]]);
  }
});

test("LEG-08 a malformed or wrong length is 400 INVALID_LENGTH, and the session can be continued", async () => {
  const { bytes, digest } = blobOf("measured", 10);
  const upload = await start();
  for (const length of ["9", "11", "many", "-10"]) {
    const refused = await upload.put(`digest=${digest}&length=${length}`, bytes);
    expect([length, refused.status, await codesOf(refused)]).toEqual([length, 400, ["INVALID_LENGTH"]]);
  }
  expect((await upload.put(`digest=${digest}&length=10`, bytes)).status).toBe(201);
});

test("LEG-08 a chunk whose length differs from its range is 400 INVALID_LENGTH", async () => {
  const upload = await start();
  const refused = await upload.put("", "some", "0-9");
  expect([refused.status, await codesOf(refused)]).toEqual([400, ["INVALID_LENGTH"]]);
  expect((await upload.status()).headers.get("range")).toBe("0-0");
});

test("LEG-07 the session keeps the bytes of a PUT that arrived before its framing broke", async () => {
  const { bytes, digest } = blobOf("broken off", 40_000);
  for (const query of ["", `?digest=${digest}`]) {
    const upload = await start();
    const connection = await RawConnection.open(registry.port);
    const headers = [["Transfer-Encoding", "chunked"]] as const;
    await connection.send(headOf({ method: "PUT", target: upload.location + query, headers }));
    await connection.send(chunkOf(bytes.slice(0, 20_000)));
    const file = uploadFileOf(registry.data, upload.location);
    await until(() => statSync(file, { throwIfNoEntry: false })?.size === 20_000);
    await connection.send("this is no chunk\r\n");
    expect((await connection.response("PUT"))?.status).toBe(400);
    connection.cut();
    expect((await upload.status()).headers.get("range")).toBe("0-19999");
    expect((await upload.put(`digest=${digest}&length=40000`, bytes.slice(20_000))).status).toBe(201);
  }
});

test("LEG-09 DELETE cancels a session; a cancelled or unknown session is 404 UNKNOWN_LAYER_UPLOAD", async () => {
  const upload = await start();
  await upload.put("", "some");
  expect((await upload.cancel()).status).toBe(204);
  const { digest } = blobOf("any");
  for (const gone of [upload, new Upload(registry.url, `/v2/${name}/blob/upload/anything==`)]) {
    for (const asked of [
      await gone.status(),
      await gone.put("", "more"),
      await gone.put(`digest=${digest}`),
      await gone.cancel(),
    ]) {
      expect([asked.status, await codesOf(asked)]).toEqual([404, ["UNKNOWN_LAYER_UPLOAD"]]);
    }
    expect((await gone.status("HEAD")).status).toBe(404);
  }
});
