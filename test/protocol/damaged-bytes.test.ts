/** Content whose stored bytes are damaged. A push of the same content replaces them with the right bytes. */
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { metadataLimits } from "../../src/metadata/limits.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { emptyLayer } from "../../src/docker/schema1/empty-layer.ts";
import { blobOf, imageOf, indexOf, type Content } from "../support/content.ts";
import { pushModern } from "../support/modern-image.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startProcess, withDirectory } from "../support/process.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { testWorkers } from "../support/test-workers.ts";
import { damageManifest, damageShortBlob, fileOf, flipBit, uploadFileOf } from "../support/stored-files.ts";
import { chunked, Upload } from "../support/upload.ts";

setDefaultTimeout(patienceMs);

const name = "team/damaged";
const other = "team/other";

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry({ internalErrorsExpected: true });
});
afterAll(() => registry.dispose());

const blobUrl = (digest: Digest, repository = name) => `${registry.url}/v2/${repository}/blobs/${digest}`;

function get(digest: Digest, repository?: string): Promise<Response> {
  return fetch(blobUrl(digest, repository));
}

async function headStatus(digest: Digest, repository?: string): Promise<number> {
  return (await fetch(blobUrl(digest, repository), { method: "HEAD" })).status;
}

async function expectServed({ bytes }: Content, digest: Digest, repository?: string): Promise<void> {
  const response = await get(digest, repository);
  expect(response.status).toBe(200);
  expect(digestOf(await response.bytes())).toEqual(digestOf(bytes));
}

async function expectAbsent(digest: Digest, repository?: string): Promise<void> {
  const response = await get(digest, repository);
  expect([response.status, await codesOf(response)]).toEqual([404, ["BLOB_UNKNOWN"]]);
  expect(await headStatus(digest, repository)).toBe(404);
}

/**
 * A worker may have the right bytes in memory. In that case HEAD may answer 200. After another worker has noticed the
 * damage, the blob is absent in all of them.
 */
async function expectKeptPromise({ bytes, digest }: Content): Promise<void> {
  const promised = await headStatus(digest);
  const read = await get(digest);
  expect([200, 404]).toContain(read.status);
  if (testWorkers === 1 || promised === 404) expect(read.status).toBe(promised);
  const body = await read.bytes();
  if (read.ok) expect(body).toEqual(bytes);
  else for (let times = 0; times < 2 * testWorkers; times += 1) expect(await headStatus(digest)).toBe(404);
}

async function mount(digest: Digest, from: string, to: string): Promise<number> {
  const post = await fetch(`${registry.url}/v2/${to}/blobs/uploads/?mount=${digest}&from=${from}`, { method: "POST" });
  await post.arrayBuffer();
  return post.status;
}

/** Pushes in the ways that clients use. Each returns the status of its last request. */
const pushes: Readonly<Record<string, (content: Content, repository?: string) => Promise<number>>> = {
  async "POST and PUT"({ bytes, digest }, repository = name) {
    return (await (await Upload.start(registry.url, repository)).put(`digest=${digest}`, bytes)).status;
  },
  async "one POST"({ bytes, digest }, repository = name) {
    const url = `${registry.url}/v2/${repository}/blobs/uploads/?digest=${digest}`;
    return (await fetch(url, { method: "POST", body: bytes })).status;
  },
  async "POST, PATCHes and an empty PUT"({ bytes, digest }, repository = name) {
    const upload = await Upload.start(registry.url, repository);
    const half = bytes.length >> 1;
    for (const part of [bytes.slice(0, half), bytes.slice(half)]) expect((await upload.patch(part)).status).toBe(202);
    return (await upload.put(`digest=${digest}`)).status;
  },
  async "PATCH and the rest with the PUT, both without a length"({ bytes, digest }, repository = name) {
    const upload = await Upload.start(registry.url, repository);
    expect((await upload.patch(chunked(bytes.slice(0, 100)))).status).toBe(202);
    return (await upload.put(`digest=${digest}`, chunked(bytes.slice(100)))).status;
  },
  async "a PUT with two digests"({ bytes, digest }, repository = name) {
    const upload = await Upload.start(registry.url, repository);
    return (await upload.put(`digest=${digest}&digest=${digestOf(bytes, "sha512")}`, bytes)).status;
  },
};

describe("H5 reports 11 a file with a flipped bit", () => {
  for (const size of [16 * 1024, 300_000]) {
    for (const [how, push] of Object.entries(pushes)) {
      test(`of ${size} bytes, pushed again by ${how}: every repository reads the right bytes, from one file`, async () => {
        const content = blobOf(`file ${size} ${how}`, size);
        await pushBlob(registry.url, name, content);
        expect(await mount(content.digest, name, other)).toBe(201);
        for (const repository of [name, other, "team/third"]) {
          flipBit(await fileOf(registry.data, content.digest));
          expect(await push(content, repository)).toBe(201);
          for (const reader of [name, other, repository]) await expectServed(content, content.digest, reader);
        }
        expect(await headStatus(content.digest)).toBe(200);
      });
    }

    test(`of ${size} bytes with only a sha512 digest: a push by that digest, or by both, repairs it`, async () => {
      const { bytes, digest: sha256 } = blobOf(`sha512 ${size}`, size);
      const sha512 = digestOf(bytes, "sha512");
      const content = { bytes, digest: sha512 };
      await pushBlob(registry.url, name, content);
      flipBit(await fileOf(registry.data, sha512));
      await pushBlob(registry.url, name, content);
      await expectServed(content, sha512);

      flipBit(await fileOf(registry.data, sha512));
      const upload = await Upload.start(registry.url, other);
      expect((await upload.put(`digest=${sha256}&digest=${sha512}`, bytes)).status).toBe(201);
      for (const digest of [sha256, sha512]) await expectServed(content, digest, other);
      await expectServed(content, sha512, name);
    });

    test(`of ${size} bytes with two digests of one file: a push by either repairs both`, async () => {
      const { bytes, digest: sha256 } = blobOf(`both ${size}`, size);
      const sha512 = digestOf(bytes, "sha512");
      const upload = await Upload.start(registry.url, name);
      expect((await upload.put(`digest=${sha256}&digest=${sha512}`, bytes)).status).toBe(201);
      for (const pushed of [sha512, sha256]) {
        // The file has the digest of the last repair.
        flipBit(await fileOf(registry.data, sha256).catch(() => fileOf(registry.data, sha512)));
        await pushBlob(registry.url, name, { bytes, digest: pushed });
        for (const digest of [sha256, sha512]) await expectServed({ bytes, digest }, digest);
      }
    });
  }

  test("with 16 KiB is missing for GET, HEAD and mounts until it is pushed again", async () => {
    const { digest, bytes } = blobOf("small file", 16 * 1024);
    await pushBlob(registry.url, name, { digest, bytes });
    flipBit(await fileOf(registry.data, digest));
    expect(await mount(digest, name, "team/fourth")).toBe(202);
    await expectAbsent(digest);
    await pushBlob(registry.url, name, { digest, bytes });
    await expectServed({ digest, bytes }, digest);
  });

  for (const [how, damage] of Object.entries({
    removed: (file: string) => rmSync(file),
    cut: (file: string) => truncateSync(file, 40),
  })) {
    test(`L23 a blob whose file was ${how} unnoticed can neither be mounted nor be used by a manifest`, async () => {
      const layer = blobOf(`unnoticed, ${how}`, 40_000);
      const { config } = await pushImage(registry.url, name, `unnoticed-${how}`);
      await pushBlob(registry.url, name, layer);
      damage(await fileOf(registry.data, layer.digest));
      expect(await mount(layer.digest, name, other)).toBe(202);
      expect(await headStatus(layer.digest, other)).toBe(404);

      await pushBlob(registry.url, name, layer);
      damage(await fileOf(registry.data, layer.digest));
      const manifest = imageOf(config, [layer]);
      const put = await putManifest(registry.url, name, "unnoticed", manifest);
      expect([put.status, await codesOf(put)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
      await pushBlob(registry.url, name, layer);
      expect((await putManifest(registry.url, name, "unnoticed", manifest)).status).toBe(201);
      expect(await mount(layer.digest, name, other)).toBe(201);
      await expectServed(layer, layer.digest, other);
    });
  }

  const replacements: Readonly<Record<string, (file: string) => void>> = {
    "a directory": (file: string) => mkdirSync(file),
    "a directory with files": (file: string) => mkdirSync(join(file, "more"), { recursive: true }),
    "a link to another file of its size": (file: string) => {
      writeFileSync(`${registry.data}/other`, new Uint8Array(40_000));
      symlinkSync(`${registry.data}/other`, file);
    },
    "a link to nothing": (file: string) => symlinkSync("nothing", file),
    "a link to itself": (file: string) => symlinkSync(file, file),
    "a pipe": (file: string) => void Bun.spawnSync(["mkfifo", file]),
  };
  for (const [what, replace] of Object.entries(replacements)) {
    for (const size of [16 * 1024, 40_000]) {
      for (const noticed of [true, false]) {
        test(`${what} in place of a file of ${size} bytes, ${noticed ? "" : "not "}noticed: a push restores the blob`, async () => {
          const content = blobOf(`${what} ${size} ${noticed}`, size);
          await pushBlob(registry.url, name, content);
          const file = await fileOf(registry.data, content.digest);
          rmSync(file);
          replace(file);
          if (noticed) await expectAbsent(content.digest);
          else expect(await mount(content.digest, name, "team/fifth")).toBe(202);
          await pushBlob(registry.url, name, content);
          await expectServed(content, content.digest);
          expect(await headStatus(content.digest)).toBe(200);
        });
      }
    }
  }

  test("a client that reads a blob while it is pushed again finds it every time", async () => {
    const contents = [blobOf("read meanwhile", 3_000_000), blobOf("read meanwhile too", 40_000)];
    for (const content of contents) await pushBlob(registry.url, name, content);
    const work = { going: true };
    const readers = contents.flatMap((content) =>
      Array.from({ length: 3 }, async () => {
        let reads = 0;
        for (; work.going; reads += 1) await expectServed(content, content.digest);
        return reads;
      }),
    );
    for (let times = 0; times < 15; times += 1) {
      await Promise.all(contents.map((content) => pushBlob(registry.url, times % 2 === 0 ? name : other, content)));
    }
    work.going = false;
    for (const reads of await Promise.all(readers)) expect(reads).toBeGreaterThan(0);
    for (const { digest } of contents) expect(await fileOf(registry.data, digest)).toBeString();
  });
});

const damages: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  "with a flipped bit": (bytes) => bytes.with(bytes.length >> 1, bytes[bytes.length >> 1]! ^ 1),
  "that was cut": (bytes) => bytes.slice(0, -1),
  "that was emptied": () => new Uint8Array(),
  "without its row": () => undefined,
};

for (const [what, damage] of Object.entries(damages)) {
  describe(`H5 an inline blob ${what}`, () => {
    async function damaged(seed: string): Promise<Content> {
      const content = blobOf(`${what} ${seed}`, 900);
      await pushBlob(registry.url, name, content);
      expect(await mount(content.digest, name, other)).toBe(201);
      damageShortBlob(registry.data, content.digest, damage);
      return content;
    }

    for (const [how, push] of Object.entries(pushes)) {
      test(`is repaired by a push by ${how}, noticed or not`, async () => {
        const content = await damaged(how);
        for (const repository of [name, other]) {
          expect(await push(content, repository)).toBe(201);
          for (const reader of [name, other]) await expectServed(content, content.digest, reader);
          expect(await headStatus(content.digest)).toBe(200);
          damageShortBlob(registry.data, content.digest, damage);
          await expectKeptPromise(content);
        }
      });
    }

    test("is missing for HEAD before any read of it, for GET and for mounts", async () => {
      const headed = await damaged("headed");
      expect(await headStatus(headed.digest)).toBe(404);
      const mounted = await damaged("mounted");
      expect(await mount(mounted.digest, name, "team/third")).toBe(202);
      expect(await headStatus(mounted.digest, "team/third")).toBe(404);
      for (const { digest } of [headed, mounted, await damaged("read")]) {
        for (const repository of [name, other]) await expectAbsent(digest, repository);
      }
    });

    test("L23 counts as missing for a manifest that refers to it, also for a manifest that is pushed again", async () => {
      const content = await damaged("referred");
      const layer = blobOf(`${what} layer`, 20_000);
      await pushBlob(registry.url, name, layer);
      const manifest = imageOf(content, [layer]);
      const put = await putManifest(registry.url, name, "referring", manifest);
      expect([put.status, await codesOf(put)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
      const small = imageOf(content, []);
      for (let times = 0; times < 2; times += 1) {
        await expectAbsent(content.digest);
        await pushBlob(registry.url, name, content);
        for (const each of [manifest, small]) {
          expect((await putManifest(registry.url, name, "referring", each)).status).toBe(201);
        }
        await expectServed(content, content.digest);
        damageShortBlob(registry.data, content.digest, damage);
        await Bun.sleep(metadataLimits.verifiedForMs);
        for (const each of [manifest, small]) {
          expect((await putManifest(registry.url, name, "referring", each)).status).toBe(400);
        }
      }
    });

    test("has the right bytes or is missing after HEADs with commits between them", async () => {
      const content = blobOf(`${what} promised`, 900);
      await pushBlob(registry.url, name, content);
      for (let times = 0; times < 4; times += 1) {
        expect(await headStatus(content.digest)).toBe(200);
        await pushBlob(registry.url, name, blobOf(`${what} between ${times}`, 10));
      }
      damageShortBlob(registry.data, content.digest, damage);
      await expectKeptPromise(content);
    });

    test("has the right bytes or is missing for clients that have read it before", async () => {
      const content = blobOf(`${what} known`, 900);
      await pushBlob(registry.url, name, content);
      for (let times = 0; times < 4; times += 1) await expectServed(content, content.digest);
      for (let times = 0; times < 4; times += 1) expect(await headStatus(content.digest)).toBe(200);
      damageShortBlob(registry.data, content.digest, damage);
      await expectKeptPromise(content);
    });
  });
}

describe("H5 a manifest whose stored bytes are damaged", () => {
  function head(reference: string): Promise<Response> {
    return fetch(`${registry.url}/v2/${name}/manifests/${reference}`, { method: "HEAD" });
  }

  /** Reads the manifest until it is in memory. */
  async function readOften(tag: string): Promise<void> {
    for (let times = 0; times < 4; times += 1) {
      expect((await head(tag)).status).toBe(200);
      await (await fetch(`${registry.url}/v2/${name}/manifests/${tag}`)).arrayBuffer();
    }
  }

  for (const [size, text] of [
    ["short", "x"],
    ["long", "x".repeat(100_000)],
  ] as const) {
    test(`${size}: HEAD is 404, so that the client pushes it again, which repairs it`, async () => {
      const { layer, config } = await pushImage(registry.url, name, `kept-${size}`);
      const manifest = imageOf(config, [layer], { annotations: { text } });
      const tag = `damaged-${size}`;
      expect((await putManifest(registry.url, name, tag, manifest)).status).toBe(201);
      for (const known of [false, true]) {
        if (known) await readOften(tag);
        damageManifest(registry.data, manifest.digest);
        for (const reference of [tag, manifest.digest]) {
          const promised = (await head(reference)).status;
          const { status } = await fetch(`${registry.url}/v2/${name}/manifests/${reference}`);
          expect([promised, status]).toEqual(known ? [200, 200] : [404, 500]);
        }
        expect((await putManifest(registry.url, name, tag, manifest)).status).toBe(201);
        expect((await head(tag)).status).toBe(200);
        const read = await fetch(`${registry.url}/v2/${name}/manifests/${manifest.digest}`);
        expect(digestOf(await read.bytes())).toBe(manifest.digest);
      }
    });
  }
});

test("H5 an upload session whose stored bytes were changed is 404, and never becomes a blob", async () => {
  const upload = await Upload.start(registry.url, name);
  expect((await upload.patch("0123456789")).status).toBe(202);
  flipBit(uploadFileOf(registry.data, upload.location));
  const digest = digestOf(Buffer.from("0123456789"));
  const put = await upload.put(`digest=${digest}`);
  expect([put.status, await codesOf(put)]).toEqual([404, ["BLOB_UPLOAD_UNKNOWN"]]);
  await expectAbsent(digest);
  expect((await upload.status()).status).toBe(404);
});

test("L23 a manifest with wrong bytes counts as missing for an index, and for an image that has it as a layer", async () => {
  const { manifest } = await pushImage(registry.url, name, "child");
  const index = indexOf([manifest]);
  const image = imageOf(manifest, []);
  const both = [
    [index, mediaTypes.ociIndex],
    [image, mediaTypes.ociManifest],
  ] as const;
  const statuses = async () => {
    const replies = both.map(([each, type]) => putManifest(registry.url, name, each.digest, each, type));
    return (await Promise.all(replies)).map(({ status }) => status);
  };
  for (let times = 0; times < 2; times += 1) {
    expect(await statuses()).toEqual([201, 201]);
    damageManifest(registry.data, manifest.digest);
    expect(await statuses()).toEqual([400, 400]);
    expect((await putManifest(registry.url, name, "child", manifest)).status).toBe(201);
  }
});

describe("H5 content that the registry itself stores for clients of 2014", () => {
  const convert = (tag: string) => fetch(`${registry.url}/v2/library/old/manifest/${tag}`);

  test("a damaged empty layer is stored again by the next conversion", async () => {
    await pushModern(registry.url, "library/old", "v1");
    expect((await convert("v1")).status).toBe(200);
    damageShortBlob(registry.data, emptyLayer.digest, damages["with a flipped bit"]!);
    expect((await convert("v1")).status).toBe(200);
    const read = await get(emptyLayer.digest, "library/old");
    expect([read.status, digestOf(await read.bytes())]).toEqual([200, emptyLayer.digest]);
  });

  test("an image with a damaged configuration is not converted until the configuration is pushed again", async () => {
    const { config } = await pushModern(registry.url, "library/old", "v2");
    damageShortBlob(registry.data, config.digest, damages["with a flipped bit"]!);
    expect((await convert("v2")).status).toBe(404);
    await expectAbsent(config.digest, "library/old");
    await pushBlob(registry.url, "library/old", config);
    expect((await convert("v2")).status).toBe(200);
  });
});

test("H5 damaged content is counted, and logged once with its digest and key", async () => {
  await withDirectory(async (data) => {
    const running = await startProcess(["--listen", "127.0.0.1:0", "--data", data]);
    const [inline, file] = [blobOf("inline", 900), blobOf("in a file", 40_000)];
    for (const content of [inline, file]) await pushBlob(running.url, name, content);
    const { manifest } = await pushImage(running.url, name, "counted");
    const counted = async (what: string) =>
      Number(
        new RegExp(`^lading_damaged_${what}_total (\\d+)$`, "m").exec(
          await (await fetch(`${running.url}/metrics`)).text(),
        )?.[1],
      );
    expect([await counted("blobs"), await counted("manifests")]).toEqual([0, 0]);

    damageShortBlob(data, inline.digest, damages["that was cut"]!);
    const path = await fileOf(data, file.digest);
    rmSync(path);
    damageManifest(data, manifest.digest);
    for (let times = 0; times < 3; times += 1) {
      for (const { digest } of [inline, file]) {
        expect((await fetch(`${running.url}/v2/${name}/blobs/${digest}`, { method: "HEAD" })).status).toBe(404);
      }
      const head = await fetch(`${running.url}/v2/${name}/manifests/counted`, { method: "HEAD" });
      expect(head.status).toBe(404);
      // The commit makes the registry read the manifest again.
      await pushBlob(running.url, name, blobOf(`next ${times}`, 40));
    }
    expect([await counted("blobs"), await counted("manifests")]).toEqual([2, 1]);

    const { stderr } = await running.end();
    const errors = stderr.split("\n").filter((line) => line.includes('"level":"error"'));
    const told = errors.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ digest }) => digest)).toEqual([inline.digest, file.digest, manifest.digest]);
    expect(told[1]!["key"]).toBe(path.slice(path.indexOf("blobs/")));
    expect(told[2]!["repository"]).toBe(name);
  });
});
