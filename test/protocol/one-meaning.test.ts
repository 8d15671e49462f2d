/** A document has one meaning for the registry and for all clients, and is served with a media type that matches it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, json, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRepository } from "../support/repository.ts";
import { schema1Content, documentOf, elementOf, payloadOf } from "../support/schema1.ts";

setDefaultTimeout(patienceMs);

const name = "library/meaning";
const { registry, image, put } = await startRepository(name);

/** Pushes the document with this Content-Type, or with none if it is null. */
async function push(
  content: Content,
  type: string | null,
): Promise<{ status: number; code?: string; message?: string }> {
  const url = `${registry.url}/v2/${name}/manifests/${content.digest}`;
  const headers: Record<string, string> = type === null ? {} : { "content-type": type };
  const response = await fetch(url, { method: "PUT", body: content.bytes, headers });
  if (response.status === 201) return { status: 201 };
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  return { status: response.status, ...errors[0]! };
}

async function typeOf({ digest }: Content): Promise<string | null> {
  const response = await fetch(`${registry.url}/v2/${name}/manifests/${digest}`);
  await response.bytes();
  return response.status === 200 ? response.headers.get("content-type") : `${response.status}`;
}

const other = blobOf("another layer");
await pushBlob(registry.url, name, other);
const layer = descriptorOf(other, "application/vnd.oci.image.layer.v1.tar");
const whole = JSON.parse(new TextDecoder().decode(image.manifest.bytes)) as {
  readonly layers: readonly object[];
  readonly config: object;
};

describe("M7 CVE-2021-41190 a document that Go reads as a different image is 400, and the message names the key", () => {
  const variants: Readonly<Record<string, readonly [document: object, key: string, type?: string]>> = {
    "layers in another case": [{ ...whole, Layers: [layer] }, "Layers"],
    "a config in another case, whose blob is missing": [{ ...whole, Config: descriptorOf(blobOf("none")) }, "Config"],
    "layers with a long s": [{ ...whole, "layer\u017f": [layer] }, "layer\u017f"],
    "manifests in an image": [{ ...whole, Manifests: [] }, "Manifests"],
    "a mediaType in another case": [{ ...whole, MediaType: mediaTypes.ociIndex }, "MediaType"],
    "the layers of schema 1": [{ ...whole, FsLayers: [] }, "FsLayers"],
    "a digest in a descriptor": [
      { ...whole, layers: [{ ...whole.layers[0], Digest: other.digest }] },
      "layers[0].Digest",
    ],
    "a platform's name": [{ ...whole, config: { ...whole.config, platform: { Os: "linux" } } }, "config.platform.Os"],
    "a subject": [{ ...whole, SUBJECT: descriptorOf(image.manifest) }, "SUBJECT"],
    "a document of an unknown type": [{ Layers: [layer] }, "Layers", "application/vnd.example+json"],
    "a document whose content determines its type": [
      { ...whole, mediaType: null, Manifests: [] },
      "Manifests",
      "text/plain",
    ],
  };
  for (const [what, [document, key, type = mediaTypes.ociManifest]] of Object.entries(variants)) {
    test(what, async () => {
      const refused = await push(json(document), type);
      expect(refused).toMatchObject({ status: 400, code: "MANIFEST_INVALID" });
      expect(refused.message).toStartWith(`${key} is read as `);
    });
  }

  test("an escaped key, in a large document", async () => {
    const text = new TextDecoder().decode(json({ ...whole, annotations: { a: "x".repeat(200_000) } }).bytes);
    const bytes = new TextEncoder().encode(text.replace("{", '{"\\u004cayers":[],'));
    const refused = await push({ ...image.manifest, bytes }, mediaTypes.ociManifest);
    expect(refused).toMatchObject({ status: 400, code: "MANIFEST_INVALID" });
    expect(refused.message).toStartWith('Layers is read as "layers"');
  });

  test.each([
    ["layers", { FsLayers: [] }, "FsLayers"],
    ["history", { HISTORY: [] }, "HISTORY"],
    ["the name", { Name: "library/other" }, "Name"],
    ["a blobSum", { fsLayers: [{ ...schema1Content.fsLayers[0], BlobSum: "" }] }, "fsLayers[0].BlobSum"],
    ["the fields of an OCI image", { Config: {} }, "Config"],
    ["signatures in the payload", { Signatures: [] }, "Signatures"],
  ])("%s in the payload of a signed manifest", async (_, changed, key) => {
    const payload = payloadOf({ ...schema1Content, ...changed });
    const bytes = documentOf(payload, [elementOf(payload)]);
    const response = await put("latest", { ...image.manifest, bytes }, mediaTypes.dockerSchema1Signed);
    const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
    expect([response.status, errors[0]!.code]).toEqual([400, "MANIFEST_INVALID"]);
    expect(errors[0]!.message).toStartWith(`${key} is read as `);
  });

  test("annotations may have any keys", async () => {
    const annotations = { Layers: "", layers: "", digest: "", Digest: "" };
    const free = json({ ...whole, layers: [{ ...layer, annotations }], annotations });
    expect(await push(free, mediaTypes.ociManifest)).toEqual({ status: 201 });
  });
});

describe("H3 a manifest is stored and served only with a media type of manifests", () => {
  const types = [
    "application/x-www-form-urlencoded",
    "text/plain; charset=utf-8",
    "application/octet-stream",
    "text/html",
    "image/svg+xml",
    "application/xhtml+xml",
    "application/vnd.wap.xhtml+xml",
    "text/xml",
    "multipart/form-data; boundary=x",
    "multipart/x-mixed-replace",
    "application/javascript",
    "application/json",
    "application/x-tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
  ];
  const documents = {
    [mediaTypes.ociManifest]: (seed: string) => json({ ...whole, mediaType: undefined, seed }),
    [mediaTypes.ociIndex]: (seed: string) => json({ schemaVersion: 2, manifests: [], seed }),
  };

  for (const type of types) {
    test(`${type}: the document determines the type, or the push is 400`, async () => {
      for (const [told, document] of Object.entries(documents)) {
        const content = document(type);
        expect(await push(content, type)).toEqual({ status: 201 });
        expect(await typeOf(content)).toBe(told);
      }
      const nothing = json({ schemaVersion: 2, script: "<script>alert(1)</script>", type });
      expect(await push(nothing, type)).toMatchObject({ status: 400, code: "MANIFEST_INVALID" });
      expect(await typeOf(nothing)).toBe("404");
    });

    test(`${type} as mediaType of the document is 400`, async () => {
      for (const declared of [null, type, mediaTypes.ociManifest]) {
        const own = json({ ...whole, mediaType: type });
        expect(await push(own, declared)).toMatchObject({ status: 400, code: "MANIFEST_INVALID" });
      }
    });
  }

  test.each(["application/vnd.example.thing.v1+json", "application/vnd.example.thing", "application/spdx+json"])(
    "MPUT-07 %s is a valid type of a manifest, and is stored",
    async (type) => {
      const content = json({ type });
      expect(await push(content, type)).toEqual({ status: 201 });
      expect(await typeOf(content)).toBe(type);
    },
  );

  test("a signed manifest of schema 1 is recognized by its content", async () => {
    const sums = [image.layer, image.layer].map(({ digest }) => ({ blobSum: digest }));
    const payload = payloadOf({ ...schema1Content, name, tag: "signed", fsLayers: sums });
    const bytes = documentOf(payload, [elementOf(payload)]);
    const response = await put("signed", { ...image.manifest, bytes }, "application/x-www-form-urlencoded");
    expect([response.status, await response.text()]).toEqual([201, ""]);
    const pulled = await fetch(`${registry.url}/v2/${name}/manifests/signed`);
    expect(pulled.headers.get("content-type")).toBe(mediaTypes.dockerSchema1Signed);
  });
});

describe("reports 5 media types are compared without case and parameters", () => {
  const shouted = mediaTypes.ociManifest.toUpperCase();

  test.each([
    ["the header in upper case", { ...whole, no: 1 }, shouted],
    ["the header in upper case, with a parameter", { ...whole, no: 2 }, `${shouted}; charset=UTF-8`],
    ["the header in upper case, the document without", { ...whole, mediaType: undefined, no: 3 }, shouted],
    ["the document in upper case", { ...whole, mediaType: shouted, no: 4 }, mediaTypes.ociManifest],
    ["the document in upper case, no header", { ...whole, mediaType: shouted, no: 5 }, null],
    ["the document with a parameter", { ...whole, mediaType: `${mediaTypes.ociManifest}; a=b`, no: 6 }, null],
    ["an empty header", { ...whole, no: 7 }, ""],
  ])("%s: 201, and the manifest is served with the usual type", async (_, document, type) => {
    const content = json(document);
    expect(await push(content, type)).toEqual({ status: 201 });
    expect(await typeOf(content)).toBe(mediaTypes.ociManifest);
  });

  const written = "application/vnd.dev.sigstore.bundle+json;version=0.2";
  const subject = descriptorOf(image.manifest, mediaTypes.ociManifest);
  const typed = imageOf(image.config, [image.layer], { subject, artifactType: written });
  const byConfig = json({ ...whole, config: { ...whole.config, mediaType: `${written} ; x="y z"` }, subject });

  test("an artifactType with a parameter is 201, and is listed unchanged", async () => {
    for (const content of [typed, byConfig])
      expect(await push(content, mediaTypes.ociManifest)).toEqual({ status: 201 });
    const response = await fetch(`${registry.url}/v2/${name}/referrers/${image.manifest.digest}`);
    const { manifests } = (await response.json()) as { manifests: { digest: string; artifactType: string }[] };
    const listed = new Map(manifests.map(({ digest, artifactType }) => [digest, artifactType]));
    expect(listed.get(typed.digest)).toBe(written);
    expect(listed.get(byConfig.digest)).toBe(`${written} ; x="y z"`);
  });

  test.each([written, written.toUpperCase(), "application/vnd.dev.sigstore.bundle+json", `${written}; x=y`])(
    "the filter %s finds the artifacts",
    async (filter) => {
      const query = `artifactType=${encodeURIComponent(filter)}`;
      const response = await fetch(`${registry.url}/v2/${name}/referrers/${image.manifest.digest}?${query}`);
      expect(response.headers.get("oci-filters-applied")).toBe("artifactType");
      const { manifests } = (await response.json()) as { manifests: { digest: Digest }[] };
      expect(manifests.map(({ digest }) => digest).toSorted()).toEqual([typed.digest, byConfig.digest].toSorted());
    },
  );
});

test("REF-07 a filter that is not a media type is ignored, and the reply does not list it as applied", async () => {
  const path = `${registry.url}/v2/${name}/referrers/${image.manifest.digest}`;
  const all = await (await fetch(path)).json();
  for (const filter of ["sbom", "*/*", "a/b/c", "a,b/c", "%0d%0a", ""]) {
    const response = await fetch(`${path}?artifactType=${filter}`);
    expect([filter, response.status, response.headers.get("oci-filters-applied")]).toEqual([filter, 200, null]);
    expect(await response.json()).toEqual(all);
  }
});

test("UP-08 an unsupported algorithm is 400, an empty one is ignored", async () => {
  const start = (query: string) => fetch(`${registry.url}/v2/${name}/blobs/uploads/${query}`, { method: "POST" });
  for (const algorithm of ["md5", "blake3", "SHA256", "sha256+b64", "%00"]) {
    const response = await start(`?digest-algorithm=${algorithm}`);
    expect([algorithm, response.status, await codesOf(response)]).toEqual([algorithm, 400, ["DIGEST_INVALID"]]);
  }
  const { bytes, digest } = blobOf("of no algorithm");
  const started = await start("?digest-algorithm=");
  expect(started.status).toBe(202);
  const location = started.headers.get("location")!;
  const finished = await fetch(`${registry.url}${location}?digest=${digest}&length=&size=`, {
    method: "PUT",
    body: bytes,
  });
  expect([finished.status, finished.headers.get("docker-content-digest")]).toEqual([201, digest]);
});

test("TAGP-04 an empty digest parameter of a push by tag is ignored", async () => {
  const url = `${registry.url}/v2/${name}/manifests/empty-digest?digest=`;
  const headers = { "content-type": mediaTypes.ociManifest };
  const response = await fetch(url, { method: "PUT", body: image.manifest.bytes, headers });
  expect([response.status, response.headers.get("docker-content-digest")]).toEqual([201, image.manifest.digest]);
});

test("L24 a configuration must be present even if its type is non-distributable or it has URLs", async () => {
  const config = descriptorOf(blobOf("absent"), "application/vnd.oci.image.layer.nondistributable.v1.tar");
  const response = await put("absent", json({ ...whole, config }));
  expect([response.status, await codesOf(response)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
  const elsewhere = { ...descriptorOf(blobOf("absent")), urls: ["https://elsewhere.example/config"] };
  const again = await put("absent", json({ ...whole, config: elsewhere }));
  expect([again.status, await codesOf(again)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
});
