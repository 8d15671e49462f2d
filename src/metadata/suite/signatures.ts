import { describe, expect, test } from "bun:test";
import { schema1Content, signingKeys } from "../../../test/harness/schema1.ts";
import { signedManifestOf, type SignedManifest } from "../../../test/harness/schema1-push.ts";
import { digestOf } from "../../oci/digest.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import { openSigned } from "../../oci/schema1/signed.ts";
import { allBytes } from "../store.ts";
import { now, pushManifest, repository, tag, tarsumOf, type CurrentStore, type Document } from "./content.ts";

const here = repository("team/app");
const { ES256, ES384 } = signingKeys;

function contentOf({ document, digest }: SignedManifest): Document {
  return { digest, bytes: document, manifest: { mediaType: mediaTypes.dockerSchema1Signed, blobs: [], manifests: [] } };
}

/** One payload, signed by one key or the other. */
const by = (key: typeof ES256) =>
  contentOf(signedManifestOf("team/app", "v1", [tarsumOf("layer")], { keys: [key], content: { ...schema1Content } }));

export function signatureContract(store: CurrentStore): void {
  describe("manifests of schema 1", () => {
    test("LEG-20: each push of a payload adds its signatures to what is kept, and to the size that is told", async () => {
      const [first, second] = [by(ES256), by(ES384)];
      await pushManifest(store(), here, first, [tag("v1")]);
      expect((await store().manifestByTag(here, tag("v1"), allBytes))?.stored?.bytes).toEqual(first.bytes);
      await pushManifest(store(), here, second, [], now + 1);
      const { size, stored } = (await store().manifestByDigest(here, first.digest, allBytes))!;
      const kept = stored!;
      expect([digestOf(openSigned(kept.bytes).payload), digestOf(kept.bytes)]).toEqual([first.digest, kept.digest]);
      expect(new Set(openSigned(kept.bytes).signatures.map(({ keyId }) => keyId))).toEqual(
        new Set([ES256.keyId, ES384.keyId]),
      );
      expect([size, (await store().manifestByTag(here, tag("v1")))?.size]).toEqual(Array(2).fill(kept.bytes.length));
    });

    test("LEG-20: what had the same digest without being signed is replaced, and replaces it", async () => {
      const signed = by(ES256);
      const { payload } = openSigned(signed.bytes);
      const mediaType = mediaTypes.octets;
      const bare: Document = { digest: signed.digest, bytes: payload, manifest: { ...signed.manifest, mediaType } };
      for (const content of [bare, signed, bare]) {
        await pushManifest(store(), here, content);
        const { stored, size, mediaType: type } = (await store().manifestByDigest(here, signed.digest, allBytes))!;
        expect(stored?.digest).toBe(digestOf(content.bytes));
        expect([stored?.bytes, size, type]).toEqual([content.bytes, content.bytes.length, content.manifest.mediaType]);
      }
    });
  });
}
