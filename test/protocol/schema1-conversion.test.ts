/** Current images for clients that support only schema 1. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { apiLimits } from "../../src/api/limits.ts";
import { dockerLimits } from "../../src/docker/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { legacyLimits } from "../../src/registry/legacy/limits.ts";
import { readSigningKey } from "../../src/registry/legacy/signing-key.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { emptyLayer } from "../../src/docker/schema1/empty-layer.ts";
import { openSigned } from "../../src/docker/schema1/signed.ts";
import { descriptorOf, indexOf, json } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { pushModern } from "../support/modern-image.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, putManifest } from "../support/push.ts";
import { ask } from "../support/raw.ts";
import { startRegistry } from "../support/registry.ts";
import { testWorkers } from "../support/test-workers.ts";
import { prettyjws, refusalOf } from "../support/schema1-push.ts";

setDefaultTimeout(patienceMs);

const faults = new Faults();
let registry = await startRegistry({ inlineBlobBytes: 0, settings: { schema1Conversion: true }, faults });
const usual = await startRegistry();
afterAll(() => Promise.all([registry.dispose(), usual.dispose()]));

const of2014 = { headers: { accept: `${mediaTypes.dockerSchema1Signed}, ${mediaTypes.dockerSchema1}` } };
const today = (name: string, reference: string, init: RequestInit = of2014, at = registry) =>
  fetch(`${at.url}/v2/${name}/manifests/${reference}`, init);
const in2014 = (name: string, tag: string, init?: RequestInit, at = registry) =>
  fetch(`${at.url}/v2/${name}/manifest/${tag}`, init);

/** The signed content, after a check that it is complete and signed by the registry's own key. */
async function given(response: Response) {
  expect([response.status, response.headers.get("content-type")]).toEqual([200, prettyjws]);
  const bytes = await response.bytes();
  const { payload, content, signatures } = openSigned(bytes);
  const digest = digestOf(payload);
  expect(response.headers.get("docker-content-digest")).toBe(digest);
  expect(response.headers.get("etag")).toBe(`"${digest}"`);
  return { content, digest, bytes, keys: signatures.map(({ keyId }) => keyId) };
}

const layersIn = (content: unknown) =>
  (content as { fsLayers: { blobSum: Digest }[] }).fsLayers.map(({ blobSum }) => blobSum);

describe("MAN-09 an image is converted for clients that support only schema 1", () => {
  for (const form of ["oci", "docker"] as const) {
    test(`${form}: top layer first, with the steps without files, signed by the registry`, async () => {
      const name = `library/image-${form}`;
      const { layers } = await pushModern(registry.url, name, "v1", { form });
      const { content, keys } = await given(await today(name, "v1"));
      expect(content).toMatchObject({ schemaVersion: 1, name, tag: "v1", architecture: "amd64" });
      expect(layersIn(content)).toEqual([layers[1]!.digest, emptyLayer.digest, layers[0]!.digest]);
      expect(keys).toEqual([(await readSigningKey(registry.data))!.keyId]);
    });
  }

  const asking: Readonly<Record<string, string | undefined>> = {
    "no Accept": undefined,
    "an empty one": "",
    "the signed type": prettyjws,
    "the plain type": mediaTypes.dockerSchema1,
    "JSON, as old clients called it": "application/json",
  };
  for (const [what, accept] of Object.entries(asking)) {
    test(`requested with ${what}, by GET and HEAD`, async () => {
      const name = "library/asked";
      await pushModern(registry.url, name, "v1");
      const headers: [string, string][] = accept === undefined ? [] : [["Accept", accept]];
      const request = { target: `/v2/${name}/manifests/v1`, headers };
      const get = await ask(registry.port, { ...request, method: "GET" });
      const head = await ask(registry.port, { ...request, method: "HEAD" });
      for (const { status, headers: sent } of [get, head]) {
        expect([status, sent.get("content-type"), sent.get("vary")]).toEqual([200, prettyjws, "Accept"]);
        expect(sent.get("content-length")).toBe(String(get.body.length));
        expect(sent.get("docker-content-digest")).toBe(digestOf(openSigned(get.body).payload));
      }
    });
  }

  test("the digest is the same each time, and after a restart; only the signature is new", async () => {
    await pushModern(registry.url, "library/same", "v1");
    const first = await given(await today("library/same", "v1"));
    registry.clock.advance(3_600_000);
    const second = await given(await today("library/same", "v1"));
    expect([second.digest, second.keys]).toEqual([first.digest, first.keys]);
    expect(second.bytes).not.toEqual(first.bytes);
    // Repeated requests are answered from the cache with the same signature (M13). Each worker has its own cache.
    for (const get of [today, in2014]) {
      const again = await given(await get("library/same", "v1"));
      expect(again.digest).toBe(first.digest);
      if (testWorkers === 1) expect(again.bytes).toEqual(second.bytes);
    }
    registry = await registry.restart();
    const third = await given(await today("library/same", "v1"));
    expect([third.digest, third.keys]).toEqual([first.digest, first.keys]);
    const known = await today("library/same", "v1", { headers: { ...of2014.headers, "if-none-match": first.digest } });
    expect([known.status, await known.text()]).toEqual([304, ""]);
  });

  test("of an index, the image for linux/amd64 is converted", async () => {
    const name = "library/platforms";
    const arm = await pushModern(registry.url, name, "arm", { config: { architecture: "arm64" } });
    const amd = await pushModern(registry.url, name, "amd");
    const index = indexOf([], {
      manifests: [
        { ...descriptorOf(arm.manifest, mediaTypes.ociManifest), platform: { os: "linux", architecture: "arm64" } },
        { ...descriptorOf(amd.manifest, mediaTypes.ociManifest), platform: { os: "linux", architecture: "amd64" } },
      ],
    });
    expect((await putManifest(registry.url, name, "all", index, mediaTypes.ociIndex)).status).toBe(201);
    const { content } = await given(await today(name, "all"));
    expect([content["tag"], layersIn(content)[0]]).toEqual(["all", amd.layers[1]!.digest]);
  });

  test("the empty layer can be read like every other layer", async () => {
    const name = "library/empty";
    const blob = (method: string) => fetch(`${registry.url}/v2/${name}/blobs/${emptyLayer.digest}`, { method });
    await pushModern(registry.url, name, "filled", { steps: [true, true] });
    await given(await today(name, "filled"));
    expect((await blob("GET")).status).toBe(404);
    await pushModern(registry.url, name, "v1");
    await Promise.all([1, 2, 3].map(async () => given(await today(name, "v1"))));
    expect(await (await blob("GET")).bytes()).toEqual(emptyLayer.bytes);
    expect((await blob("DELETE")).status).toBe(202);
    await given(await today(name, "v1"));
    expect((await blob("HEAD")).status).toBe(200);
  });

  test("a conversion works while storage is full, and again when the database can be written", async () => {
    const name = "library/no-room";
    await pushModern(registry.url, name, "v1");
    faults.writesFail = true;
    const [modern, old] = [await today(name, "v1"), await in2014(name, "v1")];
    faults.writesFail = false;
    expect([modern.status, await codesOf(modern)]).toEqual([503, ["UNAVAILABLE"]]);
    expect([old.status, await codesOf(old)]).toEqual([503, ["UNAVAILABLE"]]);
    // The empty layer is an inline blob, so storage is not used.
    faults.storageFull = true;
    await given(await today(name, "v1"));
    faults.storageFull = false;
  });
});

describe("MAN-09 a client that supports newer types gets the pushed manifest", () => {
  for (const accept of [
    "*/*",
    mediaTypes.ociManifest,
    `${prettyjws}, ${mediaTypes.dockerManifest}`,
    "text/html",
    `${prettyjws};q=0.5, */*;q=0.1`,
  ]) {
    test(accept, async () => {
      const { manifest } = await pushModern(registry.url, "library/newer", "v1");
      const got = await today("library/newer", "v1", { headers: { accept } });
      expect([got.headers.get("docker-content-digest"), await got.bytes()]).toEqual([manifest.digest, manifest.bytes]);
      expect(got.headers.has("vary")).toBe(false);
    });
  }

  test("by a digest, every client does", async () => {
    const { manifest } = await pushModern(registry.url, "library/digest", "v1");
    expect(await (await today("library/digest", manifest.digest)).bytes()).toEqual(manifest.bytes);
    const { digest } = await given(await today("library/digest", "v1"));
    expect((await today("library/digest", digest)).status).toBe(404);
  });

  test("without the setting, every client does; but the routes of 2014 convert in any case", async () => {
    const { manifest, layers } = await pushModern(usual.url, "library/usual", "v1");
    for (const method of ["GET", "HEAD"]) {
      const got = await today("library/usual", "v1", { ...of2014, method }, usual);
      expect(got.headers.get("docker-content-digest")).toBe(manifest.digest);
    }
    const { content } = await given(await in2014("library/usual", "v1", {}, usual));
    expect(layersIn(content)[0]).toBe(layers[1]!.digest);
  });

  test("without legacy, every client does", async () => {
    const without = await startRegistry({ settings: { legacy: false, schema1Conversion: true } });
    try {
      const { manifest } = await pushModern(without.url, "library/without", "v1");
      expect(await (await today("library/without", "v1", of2014, without)).bytes()).toEqual(manifest.bytes);
      expect(await readSigningKey(without.data)).toBeUndefined();
    } finally {
      await without.dispose();
    }
  });
});

describe("LEG-23 an image that cannot be converted is 404 for clients of schema 1, with the reason", () => {
  const name = "library/none";

  async function refused(tag: string, reason: string) {
    const { status, errors } = await refusalOf(await today(name, tag));
    expect([status, errors.map(({ code }) => code)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
    expect(errors[0]!.message).toContain(reason);
    expect((await today(name, tag, { ...of2014, method: "HEAD" })).status).toBe(404);
    const old = await refusalOf(await in2014(name, tag));
    expect([old.status, old.errors.map(({ code }) => code)]).toEqual([404, ["UNKNOWN_MANIFEST"]]);
    expect((await today(name, tag, { headers: { accept: "*/*" } })).status).toBe(200);
  }

  test("layers that such clients cannot read", async () => {
    await pushModern(registry.url, name, "zstd", { layerType: "application/vnd.oci.image.layer.v1.tar+zstd" });
    await refused("zstd", "layers[0].mediaType");
  });

  test("a configuration that is too large, or has no usable history", async () => {
    await pushModern(registry.url, name, "history", { config: { history: [] } });
    await refused("history", "history");
    await pushModern(registry.url, name, "large", { config: { more: "x".repeat(legacyLimits.convertedBytes) } });
    await refused("large", "larger");
    await pushModern(registry.url, name, "steps", {
      steps: Array<boolean>(dockerLimits.convertedSteps + 1).fill(false),
    });
    await refused("steps", "history");
  });

  test("an index without linux/amd64, an artifact, and a manifest without a configuration", async () => {
    const { manifest } = await pushModern(registry.url, name, "some");
    const index = indexOf([manifest]);
    expect((await putManifest(registry.url, name, "index", index, mediaTypes.ociIndex)).status).toBe(201);
    await refused("index", "linux/amd64");
    const other = json({ anything: "at all" });
    expect((await putManifest(registry.url, name, "other", other, "application/vnd.example+json")).status).toBe(201);
    await refused("other", "config");
    const long = { filler: "x".repeat(legacyLimits.convertedBytes) };
    for (const [tag, large] of [
      ["large-index", indexOf([manifest], { annotations: long })],
      ["large-manifest", json({ ...JSON.parse(new TextDecoder().decode(manifest.bytes)), annotations: long })],
    ] as const) {
      const mediaType = tag === "large-index" ? mediaTypes.ociIndex : mediaTypes.ociManifest;
      expect((await putManifest(registry.url, name, tag, large, mediaType)).status).toBe(201);
      await refused(tag, "larger");
    }
  });

  test("a missing tag is 404 as usual", async () => {
    expect(await codesOf(await today(name, "nothing"))).toEqual(["MANIFEST_UNKNOWN"]);
    expect(await codesOf(await today("library/nowhere", "v1"))).toEqual(["NAME_UNKNOWN"]);
  });
});

describe("M13 the conversion of a tag that moves", () => {
  test("is always that of the current manifest, also if another result was cached", async () => {
    const name = "library/moving";
    const images = [await pushModern(registry.url, name, "one"), await pushModern(registry.url, name, "two")];
    for (const [turn, { manifest, layers }] of [...images, images[0]!].entries()) {
      expect((await putManifest(registry.url, name, "v1", manifest)).status).toBe(201);
      for (const _ of ["first", "second", "third"]) {
        const { content } = await given(await today(name, "v1"));
        expect([turn, layersIn(content)[0]]).toEqual([turn, layers[1]!.digest]);
      }
    }
    expect((await putManifest(registry.url, name, "v1", indexOf([]), mediaTypes.ociIndex)).status).toBe(201);
    for (const _ of ["first", "second", "third"]) expect((await today(name, "v1")).status).toBe(404);
  });

  test("is 429 if too many requests wait for a conversion", async () => {
    const name = "library/crowded";
    const steps = Array.from({ length: dockerLimits.convertedSteps }, () => false).with(0, true);
    const { manifest } = await pushModern(registry.url, name, "v0", { steps });
    const tags = Array.from({ length: apiLimits.tagsInPush }, (_, nth) => `v${nth}`);
    const query = tags.map((tag) => `tag=${tag}`).join("&");
    const put = await fetch(`${registry.url}/v2/${name}/manifests/${manifest.digest}?${query}`, {
      method: "PUT",
      body: manifest.bytes,
      headers: { "content-type": mediaTypes.ociManifest },
    });
    expect(put.status).toBe(201);
    const ways: Readonly<Record<string, (tag: string) => Promise<Response>>> = {
      "today's GET": (tag) => today(name, tag),
      "today's HEAD": (tag) => today(name, tag, { ...of2014, method: "HEAD" }),
      "that of 2014": (tag) => in2014(name, tag),
    };
    for (const [way, asking] of Object.entries(ways)) {
      const replies = await Promise.all(tags.map(asking));
      const refused = replies.filter(({ status }) => status === 429);
      expect([way, refused.length > 0, replies.some(({ status }) => status === 200)]).toEqual([way, true, true]);
      for (const { headers } of refused) {
        expect(headers.get("retry-after")).toBe(String(ociLimits.retryAfterSeconds));
      }
      await Promise.all(replies.map((reply) => reply.arrayBuffer()));
    }
    await given(await today(name, "v1"));
  });
});
