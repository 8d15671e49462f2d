/** The content that a manifest may refer to: complete blobs and manifests of its repository, with the right sizes. */
import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { metadataLimits } from "../../src/metadata/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, json, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";
import { fileOf } from "../support/stored-files.ts";

setDefaultTimeout(patienceMs);

const name = "team/references";
const { registry, image, at, put, remove } = await startRepository(name);
const { url } = registry;

const layerType = "application/vnd.oci.image.layer.v1.tar+gzip";
const cacheConfigType = "application/vnd.buildkit.cacheconfig.v0";

const removeBlob = ({ digest }: Content) => fetch(`${url}/v2/${name}/blobs/${digest}`, { method: "DELETE" });

async function pushed(content: Content): Promise<Content> {
  await pushBlob(url, name, content);
  return content;
}

async function stored(reference: string, content: Content, type: string): Promise<void> {
  const reply = await put(reference, content, type);
  expect(reply.status, await reply.text()).toBe(201);
}

async function refusal(content: Content, type?: string): Promise<{ code: string; message: string; detail: unknown }[]> {
  const reply = await put("refused", content, type);
  const { errors } = (await reply.json()) as { errors: { code: string; message: string; detail: unknown }[] };
  expect(reply.status).toBe(400);
  expect((await at("refused")).status).toBe(404);
  return errors;
}

function listOf(mediaType: string, entries: readonly object[], extra: object = {}): Content {
  return json({ schemaVersion: 2, mediaType, manifests: entries, ...extra });
}

describe("reports 1: an index of blobs", () => {
  for (const type of [mediaTypes.ociIndex, mediaTypes.dockerList]) {
    test(`a BuildKit cache (${type}) is accepted, served unchanged, and protects its blobs`, async () => {
      const layer = await pushed(blobOf(`layer ${type}`));
      const config = await pushed(json({ cache: type }));
      const cache = listOf(type, [descriptorOf(layer, layerType), descriptorOf(config, cacheConfigType)]);
      await stored("cache", cache, type);
      expect(await (await at("cache")).bytes()).toEqual(cache.bytes);
      for (const blob of [layer, config]) {
        const kept = await removeBlob(blob);
        expect([kept.status, await codesOf(kept)]).toEqual([405, ["UNSUPPORTED"]]);
      }
      expect((await remove(cache.digest)).status).toBe(202);
      for (const blob of [layer, config]) expect((await removeBlob(blob)).status).toBe(202);
    });
  }

  test("an index may list blobs and manifests together, and the error names the missing ones", async () => {
    const layer = await pushed(blobOf("beside a manifest"));
    const absent = blobOf("neither");
    const entries = [descriptorOf(layer, layerType), descriptorOf(image.manifest, mediaTypes.ociManifest)];
    await stored("mixed", listOf(mediaTypes.ociIndex, entries), mediaTypes.ociIndex);
    expect((await remove(image.manifest.digest)).status).toBe(405);
    const errors = await refusal(
      listOf(mediaTypes.ociIndex, [...entries, descriptorOf(absent, layerType)]),
      mediaTypes.ociIndex,
    );
    expect(errors.map(({ code, detail }) => [code, detail])).toEqual([
      ["MANIFEST_BLOB_UNKNOWN", { digest: absent.digest }],
    ]);
  });

  test("it can be a referrer", async () => {
    const subject = descriptorOf(image.manifest, mediaTypes.ociManifest);
    const blob = await pushed(blobOf("of a referrer"));
    const index = listOf(mediaTypes.ociIndex, [descriptorOf(blob, layerType)], { subject });
    await stored(index.digest, index, mediaTypes.ociIndex);
    const list = await fetch(`${url}/v2/${name}/referrers/${image.manifest.digest}`);
    const { manifests } = (await list.json()) as { manifests: { digest: string }[] };
    expect(manifests.map(({ digest }) => digest)).toContain(index.digest);
  });

  test("a non-distributable layer may be missing", async () => {
    const absent = descriptorOf(blobOf("foreign"), "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    await stored("foreign-cache", listOf(mediaTypes.ociIndex, [absent]), mediaTypes.ociIndex);
  });
});

describe("reports 1: content that is present only as a manifest", () => {
  const fields: Readonly<Record<string, (child: object, config: object) => readonly [Content, string]>> = {
    "a layer": (child, config) => [json({ schemaVersion: 2, config, layers: [child] }), mediaTypes.ociManifest],
    "a configuration": (child) => [json({ schemaVersion: 2, config: child, layers: [] }), mediaTypes.ociManifest],
    "a blob of an artifact": (child) => [json({ blobs: [child] }), "application/vnd.oci.artifact.manifest.v1+json"],
  };
  for (const [what, documentOf] of Object.entries(fields)) {
    test(`can be ${what}, and is protected`, async () => {
      const child = imageOf(image.config, [], { annotations: { what } });
      await stored(child.digest, child, mediaTypes.ociManifest);
      const [parent, type] = documentOf(descriptorOf(child, mediaTypes.ociManifest), descriptorOf(image.config));
      await stored(parent.digest, parent, type);
      const kept = await remove(child.digest);
      expect([kept.status, await codesOf(kept)]).toEqual([405, ["UNSUPPORTED"]]);
      await remove(parent.digest);
      expect((await remove(child.digest)).status).toBe(202);
    });
  }
});

describe("L24 sizes and missing content", () => {
  const imageWith = (config: object, layers: readonly object[]) => json({ schemaVersion: 2, config, layers });

  for (const difference of [-1, 1]) {
    test(`a size that is wrong by ${difference} is 400 MANIFEST_INVALID, with the digest and both sizes`, async () => {
      const [config, layer] = [descriptorOf(image.config), descriptorOf(image.layer)];
      const off = ({ digest, size, mediaType }: typeof layer) => ({ mediaType, digest, size: size + difference });
      const cases: readonly (readonly [typeof layer, Content, string])[] = [
        [config, imageWith(off(config), [layer]), mediaTypes.ociManifest],
        [layer, imageWith(config, [off(layer)]), mediaTypes.dockerManifest],
        [layer, listOf(mediaTypes.ociIndex, [off(layer)]), mediaTypes.ociIndex],
        [layer, json({ layers: [off(layer)] }), "application/vnd.example.unknown+json"],
        [
          descriptorOf(image.manifest),
          listOf(mediaTypes.ociIndex, [off(descriptorOf(image.manifest, mediaTypes.ociManifest))]),
          mediaTypes.ociIndex,
        ],
      ];
      for (const [{ digest, size }, document, type] of cases) {
        const [error, ...others] = await refusal(document, type);
        expect([error!.code, error!.detail, others]).toEqual([
          "MANIFEST_INVALID",
          { digest, said: size + difference, actual: size },
          [],
        ]);
        for (const part of [digest, String(size), String(size + difference)]) expect(error!.message).toContain(part);
      }
    });
  }

  test("two different sizes of one digest are refused", async () => {
    const layer = descriptorOf(image.layer);
    const [error] = await refusal(imageWith(descriptorOf(image.config), [layer, { ...layer, size: 1 }]));
    expect(error).toMatchObject({ code: "MANIFEST_INVALID", detail: { digest: layer.digest } });
  });

  test("the number of listed wrong sizes is limited", async () => {
    const layers = [];
    for (let nth = 0; nth <= ociLimits.errorsListed; nth += 1) layers.push(await pushed(blobOf(`many ${nth}`)));
    const wrong = layers.map(({ digest }) => ({ mediaType: mediaTypes.octets, digest, size: 1 }));
    const errors = await refusal(imageWith(descriptorOf(image.config), wrong));
    expect(errors).toHaveLength(ociLimits.errorsListed);
  });

  test("a configuration with URLs or a non-distributable type must be present, a layer need not", async () => {
    const absent = descriptorOf(blobOf("elsewhere"));
    const nondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";
    for (const foreign of [
      { ...absent, mediaType: nondistributable },
      { ...absent, urls: ["https://layers.test/blob"] },
    ]) {
      const [error] = await refusal(imageWith(foreign, []));
      expect(error).toMatchObject({ code: "MANIFEST_BLOB_UNKNOWN", detail: { digest: absent.digest } });
      await stored("elsewhere", imageWith(descriptorOf(image.config), [foreign]), mediaTypes.ociManifest);
    }
  });

  test("a subject may be missing, or have another size than its descriptor", async () => {
    const subjects = [descriptorOf(blobOf("no manifest")), { ...descriptorOf(image.manifest), size: 1 }];
    for (const subject of subjects) {
      const referrer = imageOf(image.config, [], { subject: { ...subject, mediaType: mediaTypes.ociManifest } });
      await stored(referrer.digest, referrer, mediaTypes.ociManifest);
    }
  });
});

describe("L23: a blob whose file is", () => {
  const damages: Readonly<Record<string, (file: string) => void>> = {
    missing: (file) => rmSync(file),
    cut: (file) => truncateSync(file, ociLimits.inlineBlobBytes),
    emptied: (file) => truncateSync(file, 0),
  };
  for (const [what, damage] of Object.entries(damages)) {
    test(`${what} counts as missing for a manifest and for a HEAD; the next push repairs both`, async () => {
      const layer = await pushed(blobOf(what, ociLimits.inlineBlobBytes + 1));
      damage(await fileOf(registry.data, layer.digest));
      const manifest = imageOf(image.config, [layer]);
      const [error] = await refusal(manifest);
      expect(error).toMatchObject({ code: "MANIFEST_BLOB_UNKNOWN", detail: { digest: layer.digest } });
      expect((await fetch(`${url}/v2/${name}/blobs/${layer.digest}`, { method: "HEAD" })).status).toBe(404);
      await pushed(layer);
      await stored("healed", manifest, mediaTypes.ociManifest);
    });
  }
});

describe("M10: a manifest with many references", () => {
  test("is refused with a limited list of missing blobs and the number of the others", async () => {
    const layers = Array.from({ length: ociLimits.errorsListed + 20 }, (_, nth) => blobOf(`lacking ${nth}`));
    const errors = await refusal(imageOf(image.config, layers));
    const listed = layers.slice(0, ociLimits.errorsListed).map(({ digest }) => ({ digest }));
    expect(errors.map(({ detail }) => detail)).toEqual([...listed, { missing: 20 }]);
  });

  test("writes nothing when it is pushed again, and one tag when it gets a new one", async () => {
    const layers = Array.from({ length: metadataLimits.referencesAtOnce + 20 }, (_, nth) =>
      blobOf(`of the same ${nth}`),
    );
    for (const layer of layers) await pushed(layer);
    const manifest = imageOf(image.config, layers);
    await stored("again", manifest, mediaTypes.ociManifest);
    using database = new Database(join(registry.data, "metadata.sqlite"), { readonly: true });
    // The version changes with every commit of another connection.
    const version = () => database.query("PRAGMA data_version").get();
    const before = version();
    await stored("again", manifest, mediaTypes.ociManifest);
    expect(version()).toEqual(before);
    await stored("again-too", manifest, mediaTypes.ociManifest);
    expect(version()).not.toEqual(before);
    expect((await at("again-too", { method: "HEAD" })).headers.get("docker-content-digest")).toBe(manifest.digest);
  });

  test("is refused while blobs are missing, and is stored when they are present", async () => {
    const layers = Array.from({ length: metadataLimits.referencesAtOnce + 20 }, (_, nth) => blobOf(`of many ${nth}`));
    const manifest = imageOf(image.config, layers);
    for (const layer of layers.slice(3)) await pushed(layer);
    const errors = await refusal(manifest);
    expect(errors.map(({ detail }) => detail)).toEqual(layers.slice(0, 3).map(({ digest }) => ({ digest })));
    for (const layer of layers.slice(0, 3)) await pushed(layer);
    for (const tag of ["many", "again"]) await stored(tag, manifest, mediaTypes.ociManifest);
    expect((await removeBlob(layers.at(-1)!)).status).toBe(405);
  });
});
