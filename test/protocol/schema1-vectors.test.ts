/** Published manifests of other projects, pushed and pulled over HTTP. */
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { digestOf } from "../../src/oci/digest.ts";
import { verifySchema1Push } from "../../src/docker/schema1/verify-push.ts";
import { blobOf } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";
import { expectGiven, prettyjws } from "../support/schema1-push.ts";
import { hasVectors, vector } from "../support/vectors.ts";

setDefaultTimeout(patienceMs);

const whole = [
  "moby-good_manifest",
  "containers-image-schema1",
  "containers-image-oci1-to-schema1",
  "validated_manifest",
  "validated_manifest_with_unicode",
  "manifest_unencoded_unicode",
  "validate_manifest_known_issue",
  "complex.schema1",
  "own-skopeo-compact-schema1",
  "own-registry283-pretty-schema1",
];

/** Reads a text file without the line feed at its end. */
function read(file: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(new TextDecoder().decode(vector(`schema1/${file}.json`)).trimEnd());
}

/** A blob in a file, of which only the size is used. */
const any = blobOf("stands for every layer", 20_000);
const registry = await startRegistry({ settings: { schema1Names: false } });
afterAll(() => registry.dispose());
await pushBlob(registry.url, "any/layer", any);

/** Adds rows as if these layers had been pushed. Their bytes are lost, and a manifest needs only their rows. */
function letThereBe(name: string, digests: readonly string[]): void {
  const database = new Database(join(registry.data, "metadata.sqlite"));
  database.run("PRAGMA busy_timeout = 5000");
  database.run("INSERT OR IGNORE INTO repositories (name, created_at) VALUES (?, 0)", [name]);
  for (const digest of digests) {
    database.run(
      "INSERT OR IGNORE INTO blob_digests (digest, blob_id) SELECT ?, blob_id FROM blob_digests WHERE digest = ?",
      [digest, any.digest],
    );
    database.run(
      "INSERT OR IGNORE INTO repository_blobs (repository_id, digest, pinned_until, created_at) SELECT id, ?, 0, 0 FROM repositories WHERE name = ?",
      [digest, name],
    );
  }
  database.close();
}

const at = (name: string, tag: string) => `${registry.url}/v2/${name}/manifests/${tag}`;
const put = (url: string, body: Uint8Array<ArrayBuffer>) => fetch(url, { method: "PUT", body });

describe.if(hasVectors)("LEG-18 published manifests", () => {
  test.each(whole)("%s: each missing layer is listed; with all layers, it is served byte for byte", async (file) => {
    const document = read(file);
    const { document: image, payload } = verifySchema1Push(document);
    const url = at(`own/${file.replaceAll("_", "-").toLowerCase()}`, image!.tag);
    const layers = [...new Set(image!.layers.map(({ blobSum }) => blobSum))];
    const refused = await put(url, document);
    expect([refused.status, await codesOf(refused)]).toEqual([400, layers.map(() => "MANIFEST_BLOB_UNKNOWN")]);

    letThereBe(`own/${file.replaceAll("_", "-").toLowerCase()}`, layers);
    const stored = await put(url, document);
    expect([stored.status, await stored.text()]).toEqual([201, ""]);
    await expectGiven(url, { document, payload: payload!, digest: digestOf(payload!) });
  });

  test("CVE-2014-8179 moby-extra_data is served as moby-good, which has the same payload", async () => {
    const { document: image } = verifySchema1Push(read("moby-good_manifest"));
    letThereBe(
      "own/extra",
      image!.layers.map(({ blobSum }) => blobSum),
    );
    expect((await put(at("own/extra", "latest"), read("moby-extra_data_manifest"))).status).toBe(201);
    expect(await (await fetch(at("own/extra", "latest"))).bytes()).toEqual(read("moby-good_manifest"));
  });
});

describe.if(hasVectors)("LEG-19 published manifests that are incomplete are refused", () => {
  test.each([
    ["moby-bad_manifest", ["MANIFEST_INVALID", "MANIFEST_INVALID"]],
    ["moby-no_signature_manifest", ["MANIFEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_BLOB_UNKNOWN"]],
    ["simple.schema1", ["MANIFEST_INVALID"]],
    ["ubuntu.schema1", ["MANIFEST_INVALID"]],
  ])("%s", async (file, codes) => {
    const init = { method: "PUT", body: read(file), headers: { "content-type": prettyjws } };
    const refused = await fetch(at("own/broken", "latest"), init);
    expect([refused.status, await codesOf(refused)]).toEqual([400, codes]);
    expect((await fetch(at("own/broken", "latest"))).status).toBe(404);
  });
});
