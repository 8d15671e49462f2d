import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { chunked, Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/uploads";
const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

function start(query = "", init: RequestInit = {}): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/uploads/${query}`, { method: "POST", ...init });
}

function get(digest: Digest, method = "GET"): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/${digest}`, { method });
}

async function expectStored(bytes: Uint8Array<ArrayBuffer>, digest: Digest): Promise<void> {
  expect((await get(digest, "HEAD")).headers.get("content-length")).toBe(String(bytes.length));
  expect(await (await get(digest)).bytes()).toEqual(bytes);
}

function expectCreated({ status, headers }: Response, digest: Digest): void {
  expect(status).toBe(201);
  expect(headers.get("location")).toBe(`/v2/${name}/blobs/${digest}`);
  expect(headers.get("docker-content-digest")).toBe(digest);
  expect(headers.get("content-length")).toBe("0");
}

function expectSession({ status, headers }: Response): void {
  expect(status).toBe(202);
  expect(headers.get("location")).toMatch(new RegExp(`^/v2/${name}/blobs/uploads/${uuid}$`));
  expect(headers.get("docker-upload-uuid")).toBe(headers.get("location")!.slice(-36));
  expect(headers.get("range")).toBe("0-0");
  expect(headers.get("content-length")).toBe("0");
}

describe("the start of an upload session", () => {
  for (const path of ["/blobs/uploads/", "/blobs/uploads"]) {
    test(`UP-01 UP-02 PATH-03 PATH-04 POST ${path} is 202 with Location, Range, Docker-Upload-UUID and Content-Length 0`, async () => {
      expectSession(await fetch(`${registry.url}/v2/${name}${path}`, { method: "POST", redirect: "manual" }));
    });
  }

  test("UP-01 each session has a different id", async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await start()).headers.get("docker-upload-uuid")),
    );
    expect(new Set(ids).size).toBe(20);
  });

  test("UP-03 a body and its type are ignored", async () => {
    const post = await start("", { body: "{}", headers: { "content-type": "application/json" } });
    expectSession(post);
    const status = await fetch(`${registry.url}${post.headers.get("location")}`);
    expect(status.headers.get("range")).toBe("0-0");
  });

  test("UP-09 the reply has no minimum chunk size by default", async () => {
    expect((await start()).headers.get("oci-chunk-min-length")).toBeNull();
  });

  test("UP-08 digest-algorithm=sha512 starts a session, an unknown algorithm is 400 DIGEST_INVALID", async () => {
    expectSession(await start("?digest-algorithm=sha512"));
    const refused = await start("?digest-algorithm=md5");
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
  });

  test("CL-15 an unknown parameter changes nothing", async () => {
    expectSession(await start("?origin=registry.test%3A5000&n=x"));
  });
});

describe("a blob in a single POST", () => {
  const blob = blobOf("in one request", 5000);

  test("UP-04 is 201 with its Location, and the blob is stored", async () => {
    expectCreated(await start(`?digest=${blob.digest}`, { body: blob.bytes }), blob.digest);
    await expectStored(blob.bytes, blob.digest);
  });

  test("UP-04 UP-45 is accepted in chunks without a length, with a percent-encoded digest", async () => {
    const { bytes, digest } = blobOf("in one chunked request", 5000);
    const post = await start(`?digest=${encodeURIComponent(digest)}`, { body: chunked(bytes) });
    expectCreated(post, digest);
    await expectStored(bytes, digest);
  });

  test("UP-04 with the wrong digest is 400 DIGEST_INVALID, and stores nothing", async () => {
    const { bytes, digest } = blobOf("not what it says");
    const wrong = blobOf("something else").digest;
    const post = await start(`?digest=${wrong}`, { body: bytes });
    expect([post.status, await codesOf(post)]).toEqual([400, ["DIGEST_INVALID"]]);
    for (const absent of [wrong, digest]) expect((await get(absent)).status).toBe(404);
  });

  test("UP-05 without a body starts a session; the digest of no bytes is stored at once", async () => {
    expectSession(await start(`?digest=${blobOf("to come").digest}`));
    for (const algorithm of ["sha256", "sha512"] as const) {
      const digest = digestOf(new Uint8Array(), algorithm);
      expectCreated(await start(`?digest=${digest}`), digest);
      await expectStored(new Uint8Array(), digest);
    }
  });

  test("UP-06 with several digests requires that all match; each finds the blob, and the first is in the reply", async () => {
    const { bytes, digest } = blobOf("by two names");
    const wide = digestOf(bytes, "sha512");
    const refused = await start(`?digest=${digest}&digest=${blobOf("other").digest}`, { body: bytes });
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["DIGEST_INVALID"]]);
    expect((await get(digest)).status).toBe(404);
    expectCreated(await start(`?digest=${wide}&digest=${digest}&digest=${wide}`, { body: bytes }), wide);
    await expectStored(bytes, wide);
    await expectStored(bytes, digest);
  });

  for (const total of ["length", "size"]) {
    test(`UP-07 has to match ${total}, in one request and at the end of a session`, async () => {
      const { bytes, digest } = blobOf(`with its ${total}`);
      const wrong = await start(`?digest=${digest}&${total}=${bytes.length + 1}`, { body: bytes });
      expect([wrong.status, await codesOf(wrong)]).toEqual([400, ["SIZE_INVALID"]]);
      const upload = await Upload.start(registry.url, name);
      expect((await upload.patch(bytes.subarray(0, 10))).status).toBe(202);
      const short = await upload.put(`digest=${digest}&${total}=${bytes.length - 10}`, bytes.subarray(10));
      expect([short.status, await codesOf(short)]).toEqual([400, ["SIZE_INVALID"]]);
      expect((await get(digest)).status).toBe(404);
      // Only the last request was wrong: the session keeps its offset.
      expect((await upload.status()).headers.get("range")).toBe("0-9");
      expectCreated(await upload.put(`digest=${digest}&${total}=${bytes.length}`, bytes.subarray(10)), digest);
      expectCreated(await start(`?digest=${digest}&${total}=${bytes.length}`, { body: bytes }), digest);
    });
  }

  test("UP-44 with an unsupported algorithm is 400 DIGEST_INVALID", async () => {
    const post = await start("?digest=blake3:af1349b9", { body: "bytes" });
    expect([post.status, await codesOf(post)]).toEqual([400, ["DIGEST_INVALID"]]);
  });
});

describe("the upload flows of the clients", () => {
  test("UP-40 UP-41 UP-46 CL-05 oras, containerd: POST, PUT with everything", async () => {
    const { bytes, digest } = blobOf("oras", 5000);
    const upload = await Upload.start(registry.url, name);
    expectCreated(await upload.put(`digest=${encodeURIComponent(digest)}`, bytes), digest);
    await expectStored(bytes, digest);
  });

  test("UP-25 UP-26 UP-46 CL-01 docker: POST, PATCH in chunks without length, range or type, empty PUT", async () => {
    const { bytes, digest } = blobOf("docker", 300_000);
    const upload = await Upload.start(registry.url, name);
    const patch = await upload.patch(chunked(bytes.slice(0, 100_000), bytes.slice(100_000)));
    expect([patch.status, patch.headers.get("range")]).toEqual([202, "0-299999"]);
    expectCreated(await upload.put(`digest=${encodeURIComponent(digest)}`), digest);
    await expectStored(bytes, digest);
  });

  test("UP-46 UP-22 CL-05 regctl: POST, PATCH by PATCH with ranges, PUT with the last chunk", async () => {
    const { bytes, digest } = blobOf("regctl", 30_000);
    const upload = await Upload.start(registry.url, name);
    for (const from of [0, 10_000]) {
      const patch = await upload.patch(bytes.slice(from, from + 10_000), `${from}-${from + 9_999}`);
      expect(patch.status).toBe(202);
    }
    expectCreated(await upload.put(`digest=${digest}`, bytes.slice(20_000), "20000-29999"), digest);
    await expectStored(bytes, digest);
  });

  test("UP-20 UP-21 the reply to a PATCH has the offset of the session", async () => {
    const upload = await Upload.start(registry.url, name);
    const patch = await upload.patch("12345");
    expect(patch.status).toBe(202);
    expect(patch.headers.get("location")).toBe(upload.location);
    expect(patch.headers.get("range")).toBe("0-4");
    expect(patch.headers.get("docker-upload-uuid")).toBe(upload.id);
    expect(patch.headers.get("content-length")).toBe("0");
  });

  test("UP-22 a range with unit and size is accepted", async () => {
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch("12345", "bytes 0-4/*")).headers.get("range")).toBe("0-4");
    expect((await upload.patch("67", "bytes 5-6/7")).headers.get("range")).toBe("0-6");
  });

  test("UP-25 a Content-Type of any kind is accepted", async () => {
    const upload = await Upload.start(registry.url, name);
    const headers = { "content-type": "text/plain; charset=utf-8" };
    expect((await fetch(upload.url, { method: "PATCH", body: "text", headers })).status).toBe(202);
  });

  test("UP-20 an empty PATCH changes nothing", async () => {
    const { bytes, digest } = blobOf("with a pause");
    const upload = await Upload.start(registry.url, name);
    for (const body of ["", bytes, ""]) expect((await upload.patch(body)).status).toBe(202);
    expectCreated(await upload.put(`digest=${digest}`), digest);
  });

  test("UP-10 a push creates the repository", async () => {
    const tags = () => fetch(`${registry.url}/v2/fresh/repository/tags/list`);
    expect((await tags()).status).toBe(404);
    const { bytes, digest } = blobOf("first");
    const upload = await Upload.start(registry.url, "fresh/repository");
    expect((await upload.put(`digest=${digest}`, bytes)).status).toBe(201);
    expect(await (await tags()).json()).toEqual({ name: "fresh/repository", tags: [] });
  });
});

describe("digests of another algorithm than the session's", () => {
  const { bytes, digest: narrow } = blobOf("two algorithms", 4000);
  const wide = digestOf(bytes, "sha512");
  const cases = [
    ["UP-08 a sha512 session ended by sha512", "?digest-algorithm=sha512", [wide]],
    ["UP-08 a plain session ended by sha512", "", [wide]],
    ["UP-08 a sha512 session ended by sha256", "?digest-algorithm=sha512", [narrow]],
    ["UP-06 a plain session ended by both", "", [narrow, wide]],
  ] as const;

  for (const [what, query, digests] of cases) {
    test(what, async () => {
      const location = (await start(query)).headers.get("location")!;
      for (const part of [bytes.slice(0, 1000), bytes.slice(1000, 1500)]) {
        expect((await fetch(registry.url + location, { method: "PATCH", body: part })).status).toBe(202);
      }
      const search = digests.map((digest) => `digest=${digest}`).join("&");
      const put = await fetch(`${registry.url}${location}?${search}`, { method: "PUT", body: bytes.slice(1500) });
      expectCreated(put, digests[0]);
      await expectStored(bytes, digests[0]);
      await fetch(`${registry.url}/v2/${name}/blobs/${digests[0]}`, { method: "DELETE" });
    });
  }
});
