/** Documents that are refused as manifests for their content or their Content-Type. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ociLimits } from "../../src/oci/limits.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "library/documents";
const config = descriptorOf(blobOf("configuration"));
const image = { schemaVersion: 2, config, layers: [] };
const index = { schemaVersion: 2, manifests: [] };

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  await pushBlob(registry.url, name, blobOf("configuration"));
});
afterAll(() => registry.dispose());

function put(text: string, mediaType: string): Promise<Response> {
  const bytes = new TextEncoder().encode(text);
  return putManifest(registry.url, name, "document", { bytes, digest: digestOf(bytes) }, mediaType);
}

const { ociManifest, ociIndex } = mediaTypes;

const refused: Readonly<Record<string, readonly [document: unknown, mediaType: string]>> = {
  "MPUT-06 a mediaType that is not the Content-Type": [{ ...image, mediaType: ociIndex }, ociManifest],
  "H3 a mediaType that browsers run": [{ ...image, mediaType: "text/html" }, ociManifest],
  "MPUT-08 a list": [[], ociManifest],
  "MPUT-08 a text": ["manifest", ociManifest],
  "MPUT-08 null": [null, ociManifest],
  "MPUT-08 schemaVersion 1": [{ ...image, schemaVersion: 1 }, ociManifest],
  "MPUT-08 no schemaVersion": [{ config, layers: [] }, ociManifest],
  "MPUT-08 an image without layers": [{ schemaVersion: 2, config }, ociManifest],
  "MPUT-08 an index without manifests": [{ schemaVersion: 2 }, ociIndex],
  "L24 an image whose layers are null": [{ ...image, layers: null }, ociManifest],
  "L24 an index whose manifests are null": [{ schemaVersion: 2, manifests: null }, ociIndex],
  "MPUT-08 layers that are not a list": [{ ...image, layers: {} }, ociManifest],
  "MPUT-09 SEC-06 CVE-2021-41190 an image that is also an index": [{ ...image, manifests: [] }, ociManifest],
  "MPUT-09 SEC-06 CVE-2021-41190 an index that is also an image": [{ ...index, layers: [] }, ociIndex],
  "SEC-06 an image with the layers of schema 1": [{ ...image, fsLayers: [] }, ociManifest],
  "an invalid digest": [{ ...image, layers: [{ ...config, digest: "sha256:../../etc" }] }, ociManifest],
  "a negative size": [{ ...image, layers: [{ ...config, size: -1 }] }, ociManifest],
  "a size that is not an integer": [{ ...image, layers: [{ ...config, size: 0.5 }] }, ociManifest],
  "SUBJ-02 a subject with an invalid digest": [
    { ...image, subject: { ...config, digest: "sha256:short" } },
    ociManifest,
  ],
  "SEC-02 a subject that would break a header": [
    { ...image, subject: { ...config, digest: "sha256:a\r\nX: y" } },
    ociManifest,
  ],
  "SEC-02 an artifactType that would break a header": [{ ...image, artifactType: "a/b\r\nX: y" }, ociManifest],
  "LIM-02 more references than the limit": [
    { ...image, layers: Array.from({ length: ociLimits.manifestReferences }, () => config) },
    ociManifest,
  ],
};

describe("MPUT-08 code-6 400 MANIFEST_INVALID", () => {
  for (const [what, [document, mediaType]] of Object.entries(refused)) {
    test(what, async () => {
      const response = await put(JSON.stringify(document), mediaType);
      expect([response.status, await codesOf(response)]).toEqual([400, ["MANIFEST_INVALID"]]);
    });
  }

  const texts = {
    "MPUT-08 an empty body": "",
    "MPUT-08 half a document": '{"schemaVersion":2,',
    "MPUT-08 a document and more": `${JSON.stringify(index)} {}`,
    "MPUT-10 a duplicate key": `{"schemaVersion":2,"manifests":[],"manifests":[${JSON.stringify(config)}]}`,
    "MPUT-10 a duplicate key, once escaped": '{"schemaVersion":2,"manifests":[],"m\\u0061nifests":[]}',
    "LIM-03 4 MiB of open brackets": "[".repeat(ociLimits.manifestBytes),
    "LIM-03 deeper than the limit": `{"schemaVersion":2,"manifests":[],"x":${"[".repeat(100)}${"]".repeat(100)}}`,
    "a byte order mark": `\uFEFF${JSON.stringify(index)}`,
  };
  for (const [what, text] of Object.entries(texts)) {
    test(what, async () => {
      const response = await put(text, ociIndex);
      expect([response.status, await codesOf(response)]).toEqual([400, ["MANIFEST_INVALID"]]);
    });
  }

  test("bytes that are not UTF-8", async () => {
    const bytes = Uint8Array.from([
      ...new TextEncoder().encode('{"schemaVersion":2,"manifests":[],"a":"'),
      0xff,
      34,
      125,
    ]);
    const response = await putManifest(registry.url, name, "document", { bytes, digest: digestOf(bytes) }, ociIndex);
    expect([response.status, await codesOf(response)]).toEqual([400, ["MANIFEST_INVALID"]]);
  });

  test("no Content-Type, and a document without a type", async () => {
    const url = `${registry.url}/v2/${name}/manifests/document`;
    const response = await fetch(url, { method: "PUT", body: new TextEncoder().encode('{"schemaVersion":2}') });
    expect([response.status, await codesOf(response)]).toEqual([400, ["MANIFEST_INVALID"]]);
  });

  test("none of these documents was stored", async () => {
    const list = await fetch(`${registry.url}/v2/${name}/tags/list`);
    expect(await list.json()).toEqual({ name, tags: [] });
  });
});

describe("documents that are accepted", () => {
  const accepted: Readonly<Record<string, readonly [document: unknown, mediaType: string]>> = {
    "MPUT-14 no layers": [image, ociManifest],
    "MPUT-14 no manifests": [index, ociIndex],
    "MPUT-14 custom fields": [{ ...image, "test.example": { a: [1] } }, ociManifest],
    "MPUT-14 unknown types of configuration, layer and artifact": [
      {
        ...image,
        config: { ...config, mediaType: "a/b" },
        layers: [{ ...config, mediaType: "c/d" }],
        artifactType: "e/f",
      },
      ociManifest,
    ],
    "reports 5 a mediaType with parameters": [{ ...image, mediaType: `${ociManifest}; a=b` }, ociManifest],
    "reports 5 a mediaType in upper case": [{ ...image, mediaType: ociManifest.toUpperCase() }, ociManifest],
    "reports 5 an artifactType with parameters": [{ ...image, artifactType: "a/b+json;version=0.2" }, ociManifest],
    "fields of another kind that are null": [{ ...image, manifests: null, fsLayers: null, subject: null }, ociManifest],
    "MPUT-13 a descriptor with embedded data": [{ ...image, layers: [{ ...config, data: "e30=" }] }, ociManifest],
    "MPUT-15 a configuration of any content": [image, ociManifest],
    "LIM-02 as many references as the limit": [
      { ...image, layers: Array.from({ length: ociLimits.manifestReferences - 1 }, () => config) },
      ociManifest,
    ],
  };
  for (const [what, [document, mediaType]] of Object.entries(accepted)) {
    test(what, async () => {
      const response = await put(JSON.stringify(document), mediaType);
      expect([response.status, await response.text()]).toEqual([201, ""]);
    });
  }
});
