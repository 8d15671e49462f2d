/** The requests that an upload session accepts and refuses, and the bytes that it keeps. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { uploadFileOf } from "../support/stored-files.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/sessions";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

async function begun(text = ""): Promise<Upload> {
  const upload = await Upload.start(registry.url, name);
  if (text) expect((await upload.patch(text)).status).toBe(202);
  return upload;
}

async function get(digest: string): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/${digest}`);
}

async function expectStanding(upload: Upload, range: string): Promise<void> {
  const { status, headers } = await upload.status();
  expect([status, headers.get("range")]).toEqual([204, range]);
}

describe("the status of an upload session", () => {
  for (const method of ["GET", "HEAD"] as const) {
    test(`ST-01 ST-04 ${method} is 204 with Location, Range and the id, and no body`, async () => {
      const upload = await begun("12345");
      const { status, headers } = await upload.status(method);
      expect(status).toBe(204);
      expect(headers.get("location")).toBe(upload.location);
      expect(headers.get("range")).toBe("0-4");
      expect(headers.get("docker-upload-uuid")).toBe(upload.id);
    });
  }

  test("ST-02 a query on the Location is ignored", async () => {
    const upload = await begun("12345");
    const { status, headers } = await fetch(`${upload.url}?digest=${blobOf("x").digest}`);
    expect([status, headers.get("range")]).toEqual([204, "0-4"]);
  });

  test("ST-03 the range of a new session is 0-0", async () => {
    await expectStanding(await begun(), "0-0");
  });

  test("UP-30 the Location of a session never changes", async () => {
    const upload = await begun();
    for (const text of ["one", "two"]) {
      expect((await upload.patch(text)).headers.get("location")).toBe(upload.location);
    }
    await expectStanding(upload, "0-5");
  });
});

describe("UP-23 UP-24 code-2 a chunk that does not fit", () => {
  const wrong = {
    "begins after the offset": ["56789", "6-10"],
    "begins before the offset": ["56789", "4-8"],
    "is sent a second time": ["01234", "0-4"],
    "ends before it begins": ["56789", "5-4"],
    "ends long before it begins": ["56789", "9-5"],
  } as const;
  for (const [what, [body, range]] of Object.entries(wrong)) {
    test(`and ${what} is 416 with the true offset; the session can be continued`, async () => {
      const upload = await begun("01234");
      const refused = await upload.patch(body, range);
      expect([refused.status, await codesOf(refused)]).toEqual([416, ["BLOB_UPLOAD_INVALID"]]);
      expect(refused.headers.get("location")).toBe(upload.location);
      expect(refused.headers.get("range")).toBe("0-4");
      const { bytes, digest } = blobOf("0123456789|", 10);
      expect((await upload.patch(bytes.slice(5), "5-9")).status).toBe(202);
      expect((await upload.put(`digest=${digest}`)).status).toBe(201);
    });
  }

  test("as the first chunk is 416", async () => {
    const upload = await begun();
    const refused = await upload.patch("12345", "1-5");
    expect([refused.status, refused.headers.get("range")]).toEqual([416, "0-0"]);
  });

  test("UP-42 on the closing PUT is 416 as well, before the digest is checked", async () => {
    const upload = await begun("01234");
    const refused = await upload.put(`digest=${blobOf("whatever").digest}`, "56789", "4-8");
    expect([refused.status, await codesOf(refused)]).toEqual([416, ["BLOB_UPLOAD_INVALID"]]);
    await expectStanding(upload, "0-4");
  });

  test("UP-23 code-10 whose length differs from its range is 400 SIZE_INVALID, and none of its bytes are kept", async () => {
    const upload = await begun("01234");
    for (const range of ["5-8", "5-100"]) {
      const refused = await upload.patch("56789", range);
      expect([refused.status, await codesOf(refused)]).toEqual([400, ["SIZE_INVALID"]]);
    }
    for (const range of ["5-8", "5-100"]) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode("56789"));
          controller.close();
        },
      });
      const refused = await upload.patch(body, range);
      expect([refused.status, await codesOf(refused)]).toEqual([400, ["SIZE_INVALID"]]);
    }
    const refused = await upload.put(`digest=${blobOf("x").digest}`, "56789", "5-8");
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["SIZE_INVALID"]]);
    await expectStanding(upload, "0-4");
    const { bytes, digest } = blobOf("0123456789|", 10);
    expect((await upload.put(`digest=${digest}`, bytes.slice(5))).status).toBe(201);
  });
});

describe("the end of an upload session", () => {
  test("UP-44 code-4 a wrong digest is 400, stores nothing, and ends the session", async () => {
    const { bytes, digest } = blobOf("other than said", 100);
    const wrong = blobOf("as said").digest;
    const upload = await Upload.start(registry.url, name);
    const put = await upload.put(`digest=${wrong}`, bytes);
    expect([put.status, await codesOf(put)]).toEqual([400, ["DIGEST_INVALID"]]);
    for (const absent of [wrong, digest]) expect((await get(absent)).status).toBe(404);
    expect((await upload.status()).status).toBe(404);
    expect(existsSync(uploadFileOf(registry.data, upload.location))).toBe(false);
  });

  test("UP-43 UP-44 a missing, malformed or unsupported digest is 400, and the session remains", async () => {
    const { bytes, digest } = blobOf("asked again");
    const upload = await Upload.start(registry.url, name);
    await upload.patch(bytes);
    for (const query of ["", "digest=", "digest=sha256:short", "digest=blake3:af1349b9", `digest=${digest}&digest=x`]) {
      const put = await upload.put(query);
      expect([query, put.status, await codesOf(put)]).toEqual([query, 400, ["DIGEST_INVALID"]]);
    }
    await expectStanding(upload, `0-${bytes.length - 1}`);
    expect((await upload.put(`digest=${digest}`)).status).toBe(201);
  });

  test("UP-48 CL-03 the blob can be pulled immediately after the 201", async () => {
    const { bytes, digest } = blobOf("at once");
    const upload = await Upload.start(registry.url, name);
    expect((await upload.put(`digest=${digest}`, bytes)).status).toBe(201);
    const head = await fetch(`${registry.url}/v2/${name}/blobs/${digest}`, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
  });

  test("UP-47 two sessions for one digest both succeed, and the bytes are stored once", async () => {
    const { bytes, digest } = blobOf("twice", 1000);
    const uploads = [await Upload.start(registry.url, name), await Upload.start(registry.url, name)];
    const puts = await Promise.all(uploads.map((upload) => upload.put(`digest=${digest}`, bytes)));
    expect(puts.map(({ status }) => status)).toEqual([201, 201]);
    expect(await (await get(digest)).bytes()).toEqual(bytes);
  });

  test("UP-47 UP-28 a finished session is 404 for every request", async () => {
    const { bytes, digest } = blobOf("ended");
    const upload = await Upload.start(registry.url, name);
    expect((await upload.put(`digest=${digest}`, bytes)).status).toBe(201);
    const again = [upload.put(`digest=${digest}`, bytes), upload.patch("more"), upload.status(), upload.cancel()];
    for (const response of await Promise.all(again)) {
      expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
    }
    expect((await upload.status("HEAD")).status).toBe(404);
    expect((await get(digest)).status).toBe(200);
  });
});

test("CAN-01 a cancelled session is 204, then 404, and its bytes are removed", async () => {
  const upload = await begun("12345");
  const file = uploadFileOf(registry.data, upload.location);
  expect(existsSync(file)).toBe(true);
  const cancel = await upload.cancel();
  expect([cancel.status, cancel.headers.get("docker-upload-uuid")]).toEqual([204, upload.id]);
  for (const response of [await upload.status(), await upload.cancel(), await upload.patch("6")]) {
    expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
  }
  expect(existsSync(file)).toBe(false);
});

test("CAN-02 UP-28 code-3 a session that never existed is 404 for every request", async () => {
  const url = `${registry.url}/v2/${name}/blobs/uploads/${crypto.randomUUID()}`;
  for (const [method, query] of [
    ["GET", ""],
    ["PATCH", ""],
    ["PUT", `?digest=${blobOf("x").digest}`],
    ["DELETE", ""],
  ]) {
    const response = await fetch(url + query, { method: method! });
    expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
  }
});

test("UP-29 TOK-07 CVE-2026-32589 a session is unknown in another repository, and unaffected by requests there", async () => {
  const upload = await begun("12345");
  const { digest } = blobOf("12345|", 5);
  for (const other of ["team/other", "team", "team/sessions/more"]) {
    const url = `${registry.url}/v2/${other}/blobs/uploads/${upload.id}`;
    const tries = [
      fetch(url),
      fetch(url, { method: "PATCH", body: "evil" }),
      fetch(`${url}?digest=${digest}`, { method: "PUT" }),
      fetch(url, { method: "DELETE" }),
    ];
    for (const response of await Promise.all(tries)) {
      expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
    }
  }
  await expectStanding(upload, "0-4");
  expect((await upload.put(`digest=${digest}`)).status).toBe(201);
});
