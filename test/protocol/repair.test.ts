/** Content that is lost or damaged on the disk. It is never served with wrong bytes, and a push repairs it. */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ociLimits } from "../../src/oci/limits.ts";
import { contentLimits } from "../../src/registry/content/limits.ts";
import { StoreUnavailable, type MetadataStore } from "../../src/metadata/store.ts";
import type { Digest } from "../../src/oci/digest.ts";
import { StorageFault, type StorageDriver } from "../../src/storage/driver.ts";
import { detour, type Detour } from "../support/detour.ts";
import { blobOf, type Content } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { fileOf } from "../support/stored-files.ts";
import { Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/repair";
const linking = "team/linking";

/** The real store and driver, of which a test can replace one call. */
class Detours extends Faults {
  storage!: Detour<StorageDriver>;
  realDriver!: StorageDriver;
  metadata!: Detour<MetadataStore>;
  realStore!: MetadataStore;

  override readonly driver = (real: StorageDriver): StorageDriver => {
    this.realDriver = real;
    this.storage = detour(real);
    return this.storage.object;
  };

  override readonly store = (real: MetadataStore): MetadataStore => {
    this.realStore = real;
    this.metadata = detour(real);
    return this.metadata.object;
  };
}

const detours = new Detours();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0, faults: detours });
});
afterAll(() => registry.dispose());

function blob(digest: Digest, method: "GET" | "HEAD" = "GET", repository = name): Promise<Response> {
  return fetch(`${registry.url}/v2/${repository}/blobs/${digest}`, { method });
}

function manifest(reference: string, method: "GET" | "HEAD", { url } = registry): Promise<Response> {
  return fetch(`${url}/v2/${name}/manifests/${reference}`, { method });
}

async function mount(digest: Digest, from: string, to: string): Promise<number> {
  const post = await fetch(`${registry.url}/v2/${to}/blobs/uploads/?mount=${digest}&from=${from}`, { method: "POST" });
  await post.arrayBuffer();
  return post.status;
}

async function expectServed({ bytes, digest }: Content, repository = name): Promise<void> {
  const response = await blob(digest, "GET", repository);
  expect(response.status).toBe(200);
  expect(await response.bytes()).toEqual(bytes);
}

const damages: Readonly<Record<string, (file: string) => void>> = {
  removed: (file) => rmSync(file),
  cut: (file) => truncateSync(file, 40),
  emptied: (file) => truncateSync(file, 0),
};

for (const [what, damage] of Object.entries(damages)) {
  /** Makes a damaged blob in two repositories. */
  async function damaged(seed: string, reads = 0): Promise<Content> {
    const content = blobOf(`${what}, ${seed}`, 1000);
    await pushBlob(registry.url, name, content);
    expect(await mount(content.digest, name, linking)).toBe(201);
    for (let times = 0; times < reads; times += 1) await expectServed(content);
    damage(await fileOf(registry.data, content.digest));
    return content;
  }

  describe(`I1 a blob whose file was ${what}`, () => {
    test("is 404 in every repository with it, and cannot be mounted", async () => {
      for (const first of [name, linking]) {
        const { digest } = await damaged(`asked of ${first}`);
        for (const repository of [first, name, linking]) {
          expect((await blob(digest, "HEAD", repository)).status).toBe(404);
          const get = await blob(digest, "GET", repository);
          expect([get.status, await codesOf(get)]).toEqual([404, ["BLOB_UNKNOWN"]]);
        }
        expect(await mount(digest, name, "team/third")).toBe(202);
      }
    });

    test("is 404 even if it was read so often that it is cached", async () => {
      for (const method of ["GET", "HEAD"] as const) {
        const { digest } = await damaged(`known, ${method}`, 3);
        expect((await blob(digest, method)).status).toBe(404);
      }
    });

    test("is repaired by a push, for every repository with it, in one file", async () => {
      const content = await damaged("noticed");
      expect((await blob(content.digest, "HEAD")).status).toBe(404);
      await pushBlob(registry.url, linking, content);
      await expectServed(content, name);
      await expectServed(content, linking);
      expect(existsSync(await fileOf(registry.data, content.digest))).toBe(true);
    });

    test("is repaired by a push even if no request had noticed the damage", async () => {
      const content = await damaged("unnoticed");
      await pushBlob(registry.url, name, content);
      await expectServed(content, name);
      await expectServed(content, linking);
    });
  });
}

describe("a blob directory that is missing for a while, like an unmounted volume", () => {
  for (const [what, above] of [
    ["its shard", 0],
    ["all of them", 2],
  ] as const) {
    test(`${what}: the reply is 503, not 404, and reads work again when the directory is back`, async () => {
      const content = blobOf(`away, ${what}`, 1000);
      await pushBlob(registry.url, name, content);
      let directory = dirname(await fileOf(registry.data, content.digest));
      for (let up = 0; up < above; up += 1) directory = dirname(directory);
      const away = join(registry.data, "away");

      renameSync(directory, away);
      const get = await blob(content.digest);
      const head = await blob(content.digest, "HEAD");
      const upload = await Upload.start(registry.url, name);
      const put = await upload.put(`digest=${content.digest}`, content.bytes);
      renameSync(away, directory);

      expect([get.status, await codesOf(get)]).toEqual([503, ["UNAVAILABLE"]]);
      expect(get.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
      expect([head.status, put.status]).toEqual([503, 503]);
      await expectServed(content);
      expect((await blob(content.digest, "HEAD")).status).toBe(200);
    });
  }
});

describe("a manifest whose bytes in the database were damaged", () => {
  let own: TestRegistry;
  beforeAll(async () => {
    own = await startRegistry({ inlineBlobBytes: 0, internalErrorsExpected: true });
  });
  afterAll(() => own.dispose());

  function replaceBytes(digest: Digest, bytes: Uint8Array): void {
    const database = new Database(join(own.data, "metadata.sqlite"), { readwrite: true, strict: true });
    try {
      const id = "(SELECT id FROM manifests WHERE digest = ?)";
      const { changes } = database.run(`UPDATE manifest_bytes SET bytes = ? WHERE manifest_id = ${id}`, [
        bytes,
        digest,
      ]);
      expect(changes).toBe(1);
    } finally {
      database.close();
    }
  }

  const ways: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
    "one bit": (bytes) => bytes.with(bytes.length - 2, bytes.at(-2)! ^ 1),
    "its end": (bytes) => bytes.slice(0, -10),
  };
  for (const [what, damage] of Object.entries(ways)) {
    test(`${what}: the reply is 500 instead of wrong bytes, and a push repairs it`, async () => {
      const tag = `damaged-${what.replace(" ", "-")}`;
      const { manifest: content } = await pushImage(own.url, name, tag);
      replaceBytes(content.digest, damage(content.bytes));
      for (const reference of [tag, content.digest]) {
        const get = await manifest(reference, "GET", own);
        expect([get.status, await codesOf(get)]).toEqual([500, ["UNKNOWN"]]);
      }
      expect((await putManifest(own.url, name, tag, content)).status).toBe(201);
      for (const reference of [tag, content.digest]) {
        const get = await manifest(reference, "GET", own);
        expect(get.status).toBe(200);
        expect(await get.bytes()).toEqual(content.bytes);
      }
    });
  }
});

async function remove(path: string): Promise<void> {
  const response = await fetch(`${registry.url}/v2/${name}/${path}`, { method: "DELETE" });
  expect(response.status).toBe(202);
}

describe("content that is deleted between the read of a HEAD and its pin", () => {
  test("a blob is 404", async () => {
    const content = blobOf("vanishing");
    await pushBlob(registry.url, name, content);
    registry.clock.advance(contentLimits.pinMs);
    detours.metadata.once("pinBlob", async (...pin) => {
      await remove(`blobs/${content.digest}`);
      return detours.realStore.pinBlob(...pin);
    });
    expect((await blob(content.digest, "HEAD")).status).toBe(404);
  });

  for (const how of ["tag", "digest"] as const) {
    test(`a manifest by its ${how} is 404`, async () => {
      const tag = `vanishing-by-${how}`;
      const { manifest: content } = await pushImage(registry.url, name, tag);
      registry.clock.advance(contentLimits.pinMs);
      detours.metadata.once("pinManifest", async (...pin) => {
        await remove(`manifests/${content.digest}`);
        return detours.realStore.pinManifest(...pin);
      });
      expect((await manifest(how === "tag" ? tag : content.digest, "HEAD")).status).toBe(404);
    });
  }
});

const fault = (): Promise<never> => Promise.reject(new StorageFault("input/output error"));

async function expectRefused(response: Response): Promise<void> {
  expect([response.status, await codesOf(response)]).toEqual([503, ["UNAVAILABLE"]]);
  expect(response.headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
}

describe("a storage or a store that fails once", () => {
  const content = blobOf("in pieces", 1000);

  async function begun(): Promise<Upload> {
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch(content.bytes.slice(0, 600))).status).toBe(202);
    return upload;
  }

  function nextWriterFails(step: "sync" | "commit"): void {
    detours.storage.once("openUpload", async (id, offset) => {
      const writer = detour(await detours.realDriver.openUpload(id, offset));
      writer.once(step, fault);
      return writer.object;
    });
  }

  test("at the opening of a session: the session keeps its bytes, and ends with the right ones", async () => {
    const upload = await begun();
    detours.storage.once("openUpload", fault);
    await expectRefused(await upload.patch(content.bytes.slice(600)));
    expect((await upload.status()).headers.get("range")).toBe("0-599");
    expect((await upload.put(`digest=${content.digest}`, content.bytes.slice(600))).status).toBe(201);
    await expectServed(content);
  });

  const ends = {
    sync: (upload: Upload) => upload.patch(content.bytes.slice(600)),
    commit: (upload: Upload) => upload.put(`digest=${content.digest}`, content.bytes.slice(600)),
  };
  for (const step of ["sync", "commit"] as const) {
    test(`at the sync of a ${step}: the state on the disk is unknown, so the session is removed`, async () => {
      const upload = await begun();
      nextWriterFails(step);
      await expectRefused(await ends[step](upload));
      for (const response of [await upload.status(), await ends[step](upload)]) {
        expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
      }
    });
  }

  test("at the row of a blob: the PUT can be repeated, and each attempt has a separate key", async () => {
    const fresh = blobOf("refused once", 1000);
    const upload = await Upload.start(registry.url, name);
    expect((await upload.patch(fresh.bytes.slice(0, 600))).status).toBe(202);
    const end = () => upload.put(`digest=${fresh.digest}`, fresh.bytes.slice(600));
    const keys: string[] = [];
    detours.metadata.once("commitBlob", ({ key }) => {
      keys.push(key);
      return Promise.reject(new StoreUnavailable("the queue of metadata writes is full"));
    });
    await expectRefused(await end());
    expect((await upload.status()).headers.get("range")).toBe("0-599");
    expect((await blob(fresh.digest, "HEAD")).status).toBe(404);
    detours.metadata.once("commitBlob", (named) => {
      keys.push(named.key);
      return detours.realStore.commitBlob(named);
    });
    expect((await end()).status).toBe(201);
    await expectServed(fresh);
    expect([keys.length, new Set(keys).size]).toEqual([2, 2]);
    // The only file of the digest is that of the second attempt.
    expect(await fileOf(registry.data, fresh.digest)).toEndWith(keys[1]!);
  });
});

test("I1 a file that is larger than its row says is not served", async () => {
  const content = blobOf("grown", 1000);
  await pushBlob(registry.url, name, content);
  writeFileSync(await fileOf(registry.data, content.digest), "more", { flag: "a" });
  expect((await blob(content.digest)).status).toBe(404);
  await pushBlob(registry.url, name, content);
  await expectServed(content);
});
