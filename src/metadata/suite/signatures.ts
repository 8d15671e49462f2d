import { describe, expect, test } from "bun:test";
import { schema1Content, signingKeys } from "../../../test/support/schema1.ts";
import { signedManifestOf, type SignedManifest } from "../../../test/support/schema1-push.ts";
import { digestOf } from "../../oci/digest.ts";
import { mediaTypes, type MediaType } from "../../oci/media-type.ts";
import type { Tag } from "../../oci/reference.ts";
import { openSigned } from "../../docker/schema1/signed.ts";
import { allBytes } from "../store.ts";
import { repository, tag, tarsumOf, tryPush, type CurrentStore, type Document } from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const { ES256, ES384 } = signingKeys;

function contentOf({ document, digest }: SignedManifest): Document {
  return { digest, bytes: document, manifest: { mediaType: mediaTypes.dockerSchema1Signed, blobs: [], manifests: [] } };
}

/** Builds a manifest with the same payload, signed by the given key. */
const by = (key: typeof ES256) =>
  contentOf(signedManifestOf("team/app", "v1", [tarsumOf("layer")], { keys: [key], content: { ...schema1Content } }));

/** Builds what is stored with the bytes. `kept` is the stored document that was merged into them. */
const over = (content: Document, kept?: Document) => ({
  signed: { digest: digestOf(content.bytes), mergedWith: kept && digestOf(kept.bytes) },
});

function putOver(store: CurrentStore, content: Document, kept?: Document, tags: readonly Tag[] = []) {
  return tryPush(store(), here, content, tags, over(content, kept));
}

async function keptOf(store: CurrentStore, { digest }: Document) {
  return (await store().manifestByDigest(here, digest, allBytes))!;
}

/** Tests of signed manifests. */
export function signatureContract(store: CurrentStore): void {
  describe("manifests of schema 1", () => {
    test("LEG-20: the stored document is replaced by the merged one, and so is its size", async () => {
      const [first, merged] = [by(ES256), by(ES384)];
      expect(await putOver(store, first)).toBe("stored");
      expect((await keptOf(store, first)).stored).toEqual({ bytes: first.bytes, digest: digestOf(first.bytes) });
      expect(await putOver(store, merged, first)).toBe("stored");
      const { size, stored } = await keptOf(store, first);
      expect([size, stored]).toEqual([merged.bytes.length, { bytes: merged.bytes, digest: digestOf(merged.bytes) }]);
    });

    test("M11: a document that was merged with other bytes than the stored ones changes nothing", async () => {
      const [first, second] = [by(ES256), by(ES384)];
      const overtaken = "overtaken";
      expect(await putOver(store, second, first, [tag("v1")])).toEqual(overtaken);
      expect(await store().repositoryExists(here)).toBe(false);
      await putOver(store, first);
      expect(await putOver(store, second, undefined, [tag("v1")])).toEqual(overtaken);
      expect(await putOver(store, second, second, [tag("v1")])).toEqual(overtaken);
      expect((await keptOf(store, first)).stored?.bytes).toEqual(first.bytes);
      expect(await store().manifestByTag(here, tag("v1"))).toBeUndefined();
    });

    test("LEG-20 L25: an unsigned document with the same digest neither replaces it nor is replaced", async () => {
      const signed = by(ES256);
      const { payload } = openSigned(signed.bytes);
      const mediaType = "application/vnd.example.bare+json" as MediaType;
      const bare: Document = { digest: signed.digest, bytes: payload, manifest: { ...signed.manifest, mediaType } };
      for (const [name, first, second] of [
        [here, signed, bare],
        [there, bare, signed],
      ] as const) {
        const put = (content: Document) => tryPush(store(), name, content, [], content === signed ? over(signed) : {});
        expect(await put(first)).toBe("stored");
        const { mediaType: storedAs } = first.manifest;
        expect(await put(second)).toEqual({ storedAs });
        const found = (await store().manifestByDigest(name, signed.digest, allBytes))!;
        expect([found.stored?.bytes, found.size, found.mediaType]).toEqual([first.bytes, first.bytes.length, storedAs]);
      }
    });
  });
}
