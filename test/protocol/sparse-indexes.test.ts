/** An index that lists missing manifests (setting `sparse-indexes`). */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, indexOf, json, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushImage, putManifest } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

const name = "library/sparse";
const { ociIndex, dockerList } = mediaTypes;

let registry = await startRegistry({ settings: { sparseIndexes: true } });
afterAll(() => registry.dispose());
const image = await pushImage(registry.url, name, "latest");

const at = ({ digest }: Content, method = "GET") => fetch(`${registry.url}/v2/${name}/manifests/${digest}`, { method });
const push = (content: Content, type: string = ociIndex) =>
  putManifest(registry.url, name, content.digest, content, type);

/** An image that is missing. Its configuration is present. */
const later = (seed: string) => imageOf(image.config, [image.layer], { annotations: { seed } });

describe("OCI Push: an index with missing manifests, and sparse-indexes on", () => {
  test.each([ociIndex, dockerList])(
    "%s is 201; its present manifests are protected, and its missing ones are 404",
    async (type) => {
      const [come, missing] = [later(`comes ${type}`), later(`missing ${type}`)];
      const manifests = [image.manifest, come, missing].map((each) => descriptorOf(each, mediaTypes.ociManifest));
      const list = json({ schemaVersion: 2, mediaType: type, manifests });
      const stored = await push(list, type);
      expect([stored.status, await stored.text()]).toEqual([201, ""]);

      expect(await (await at(list)).bytes()).toEqual(list.bytes);
      for (const method of ["GET", "HEAD", "DELETE"]) {
        for (const each of [come, missing]) expect([method, (await at(each, method)).status]).toEqual([method, 404]);
      }
      expect((await at(image.manifest, "DELETE")).status).toBe(405);

      // From its push on, it is protected like the others.
      expect((await push(come, mediaTypes.ociManifest)).status).toBe(201);
      expect(await (await at(come)).bytes()).toEqual(come.bytes);
      const refused = await at(come, "DELETE");
      expect([refused.status, await codesOf(refused)]).toEqual([405, ["UNSUPPORTED"]]);

      expect((await at(list, "DELETE")).status).toBe(202);
      expect((await at(come, "DELETE")).status).toBe(202);
    },
  );

  test("a large index, which another thread parses, is 201 as well", async () => {
    const manifests = Array.from({ length: 2_000 }, (_, no) =>
      descriptorOf(later(`many ${no}`), mediaTypes.ociManifest),
    );
    const list = json({ schemaVersion: 2, mediaType: ociIndex, manifests });
    expect((await push(list)).status).toBe(201);
    expect((await push(list)).status).toBe(201);
  });

  test("MPUT-11 blobs must be present: those of an image, and those that an index lists", async () => {
    const absent = descriptorOf(blobOf("absent"), "application/vnd.oci.image.layer.v1.tar");
    const list = json({ schemaVersion: 2, mediaType: ociIndex, manifests: [absent] });
    const refused = await push(list);
    expect([refused.status, await codesOf(refused)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
    const layers = await push(imageOf(image.config, [blobOf("absent")]), mediaTypes.ociManifest);
    expect([layers.status, await codesOf(layers)]).toEqual([400, ["MANIFEST_BLOB_UNKNOWN"]]);
  });
});

test("MPUT-11 with sparse-indexes off, each missing manifest is an error; indexes that were pushed before remain", async () => {
  const list = indexOf([later("off")]);
  expect((await push(list)).status).toBe(201);
  registry = await registry.restart({ sparseIndexes: false });
  for (const [content, missing] of [
    [list, 1],
    [indexOf([later("off"), later("off too"), image.manifest]), 2],
  ] as const) {
    const refused = await push(content);
    const codes = Array.from({ length: missing }, () => "MANIFEST_BLOB_UNKNOWN");
    expect([refused.status, await codesOf(refused)]).toEqual([400, codes]);
  }
  expect(await (await at(list)).bytes()).toEqual(list.bytes);
});
