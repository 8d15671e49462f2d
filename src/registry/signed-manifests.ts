import { limits } from "../base/limits.ts";
import { allBytes, type FoundManifest, type ManifestPush, type Unstored } from "../metadata/store.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { UnavailableError } from "../oci/errors.ts";
import { isSchema1 } from "../oci/media-type.ts";
import type { MergedDocument } from "./manifest-reading.ts";
import type { Services } from "./services.ts";

/** Joins the signatures of two documents of one payload: `kept` and `pushed`. */
export type Merge = (kept: Uint8Array, pushed: Uint8Array, digest: Digest) => Promise<MergedDocument>;

/**
 * Stores a signed manifest with the signatures that are kept of it. They are read and verified before the write transaction,
 * which only looks whether another push has added one since; then they are merged again (M11).
 */
export async function putSigned(services: Services, merge: Merge, push: ManifestPush): Promise<Unstored> {
  const { store } = services;
  for (let attempt = 0; attempt < limits.signatureMerges; attempt += 1) {
    const found = await store.manifestByDigest(push.repository, push.digest, allBytes);
    const kept = found && isSchema1(found.mediaType) ? found.stored : undefined;
    const merged = kept
      ? await merge(kept.bytes, push.bytes, push.digest)
      : { bytes: push.bytes, digest: digestOf(push.bytes), isKept: false };
    if (found && merged.isKept && (await isStored(services, found, push))) return { missing: [] };
    const signed = { digest: merged.digest, mergedWith: kept?.digest };
    const result = await store.putManifest({ ...push, bytes: merged.bytes, signed });
    if (!result.overtaken) return result;
  }
  throw new UnavailableError("other pushes added signatures to this manifest, again and again");
}

/** Whether nothing of the push is left to be stored: it brings no signature and no tag that are new. */
async function isStored({ store, clock }: Services, found: FoundManifest, push: ManifestPush): Promise<boolean> {
  if (found.pinnedUntil < clock.now() + limits.pinRenewMs) return false;
  for (const tag of push.tags) {
    if ((await store.manifestByTag(push.repository, tag))?.digest !== push.digest) return false;
  }
  return true;
}
