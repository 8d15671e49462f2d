import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const source = "library/source";
const blob = blobOf("to be mounted", 2000);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  await pushBlob(registry.url, source, blob);
});
afterAll(() => registry.dispose());

function mount(name: string, query: string): Promise<Response> {
  return fetch(`${registry.url}/v2/${name}/blobs/uploads/?${query}`, { method: "POST" });
}

async function expectUsableSession(post: Response, name: string): Promise<void> {
  expect(post.status).toBe(202);
  const location = post.headers.get("location")!;
  expect(location).toStartWith(`/v2/${name}/blobs/uploads/`);
  expect(post.headers.get("range")).toBe("0-0");
  const { bytes, digest } = blobOf(`pushed instead to ${name}`);
  const put = await fetch(`${registry.url}${location}?digest=${digest}`, { method: "PUT", body: bytes });
  expect(put.status).toBe(201);
}

const spellings = {
  "MNT-01 MNT-06 containerd, oras": `mount=${blob.digest}&from=${source}`,
  "MNT-06 docker, skopeo": `mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(source)}`,
  "MNT-06 crane": `mount=${encodeURIComponent(blob.digest)}&from=${encodeURIComponent(source)}&origin=registry.test%3A80`,
};
for (const [index, [what, query]] of Object.entries(spellings).entries()) {
  test(`${what}: a mount of a blob of the source is 201, and the blob is available`, async () => {
    const name = `mounted/${index}`;
    const post = await mount(name, query);
    expect(post.status).toBe(201);
    expect(post.headers.get("location")).toBe(`/v2/${name}/blobs/${blob.digest}`);
    expect(post.headers.get("docker-content-digest")).toBe(blob.digest);
    expect(post.headers.get("content-length")).toBe("0");
    const get = await fetch(`${registry.url}/v2/${name}/blobs/${blob.digest}`);
    expect(await get.bytes()).toEqual(blob.bytes);
  });
}

test("MNT-01 a mounted blob remains when the source deletes it", async () => {
  const shared = blobOf("outlives its source");
  await pushBlob(registry.url, "short/lived", shared);
  expect((await mount("long/lived", `mount=${shared.digest}&from=short/lived`)).status).toBe(201);
  const remove = await fetch(`${registry.url}/v2/short/lived/blobs/${shared.digest}`, { method: "DELETE" });
  expect(remove.status).toBe(202);
  const get = await fetch(`${registry.url}/v2/long/lived/blobs/${shared.digest}`);
  expect(await get.bytes()).toEqual(shared.bytes);
});

test("MNT-01 a mount from the same repository is 201", async () => {
  expect((await mount(source, `mount=${blob.digest}&from=${source}`)).status).toBe(201);
});

const sessions = {
  "MNT-02 a blob that the source does not have": `mount=${blobOf("absent").digest}&from=${source}`,
  "MNT-02 a source that does not exist": `mount=${blob.digest}&from=no/such`,
  "MNT-03 no source, although another repository has it": `mount=${blob.digest}`,
  "MNT-03 no source, and no repository has it": `mount=${blobOf("absent").digest}`,
};
for (const [index, [what, query]] of Object.entries(sessions).entries()) {
  test(`${what}: 202 with a usable upload session`, async () => {
    const name = `session/${index}`;
    await expectUsableSession(await mount(name, query), name);
    expect((await fetch(`${registry.url}/v2/${name}/blobs/${blob.digest}`)).status).toBe(404);
  });
}

test("MNT-04 MNT-02 a malformed digest or source is 202 with a usable upload session", async () => {
  for (const digest of ["sha256:short", "", "latest", "md5:d41d8cd98f00b204e9800998ecf8427e", "..%2f..", "%00"]) {
    await expectUsableSession(await mount("odd/digest", `mount=${digest}&from=${source}`), "odd/digest");
    await expectUsableSession(await mount("odd/digest", `mount=${digest}`), "odd/digest");
  }
  for (const from of ["../..", "Upper", "..%2f..%2fetc", "", "a".repeat(300), "host:5000/library/source", "%0d%0a"]) {
    await expectUsableSession(await mount("odd/source", `mount=${blob.digest}&from=${from}`), "odd/source");
  }
  expect((await fetch(`${registry.url}/v2/odd/source/blobs/${blob.digest}`)).status).toBe(404);
});

describe("MNT-03 a registry that allows mounts without a source", () => {
  let open: TestRegistry;
  let hidden: readonly string[] = [];
  beforeAll(async () => {
    open = await startRegistry({
      settings: { anonymousMount: true },
      policy: { decide: ({ repository }) => (hidden.includes(repository ?? "") ? "denied" : "granted") },
    });
    await pushBlob(open.url, source, blob);
    await pushBlob(open.url, "library/second", blob);
  });
  afterEach(() => {
    hidden = [];
  });
  afterAll(() => open.dispose());

  const mountOpen = (name: string, query: string) =>
    fetch(`${open.url}/v2/${name}/blobs/uploads/?${query}`, { method: "POST" });

  test("mounts the blob from a repository that the client may read", async () => {
    hidden = [source];
    const post = await mountOpen("mounted/anywhere", `mount=${blob.digest}`);
    expect([post.status, post.headers.get("location")]).toEqual([201, `/v2/mounted/anywhere/blobs/${blob.digest}`]);
    const get = await fetch(`${open.url}/v2/mounted/anywhere/blobs/${blob.digest}`);
    expect(await get.bytes()).toEqual(blob.bytes);
  });

  test("SEC-08 starts an upload session if the client may read no repository with the blob", async () => {
    hidden = [source, "library/second", "mounted/anywhere"];
    const post = await mountOpen("mounted/hidden", `mount=${blob.digest}`);
    expect(post.status).toBe(202);
    expect((await fetch(`${open.url}/v2/mounted/hidden/blobs/${blob.digest}`)).status).toBe(404);
  });

  test("starts an upload session if no repository has the blob", async () => {
    expect((await mountOpen("mounted/absent", `mount=${blobOf("absent").digest}`)).status).toBe(202);
  });

  test("uses only the named source if there is one", async () => {
    expect((await mountOpen("mounted/named", `mount=${blob.digest}&from=no/such`)).status).toBe(202);
  });
});
