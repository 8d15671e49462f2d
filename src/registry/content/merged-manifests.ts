import { metadataLimits } from "../../metadata/limits.ts";
import { contentLimits } from "./limits.ts";
import { allBytes, type FoundManifest, type ManifestWrite, type PutOutcome } from "../../metadata/store.ts";
import { digestOf } from "../../oci/digest.ts";
import { UnavailableError } from "../../oci/errors.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { Services } from "../services.ts";
import type { ManifestFormat } from "./manifest-format.ts";
import type { ManifestParser } from "./manifest-parser.ts";

interface Merging {
  readonly parser: Pick<ManifestParser, "merge">;
  readonly format: ManifestFormat;
  readonly mediaType: MediaType;
}

/**
 * Stores a formatted manifest merged with the stored document of the same payload. It reads and verifies that
 * document before the write transaction. The transaction only checks whether another push has changed the document
 * since; if so, the two are merged again (M11).
 */
export async function putMerged(
  services: Services,
  { parser, format, mediaType }: Merging,
  write: ManifestWrite,
): Promise<PutOutcome> {
  const { store } = services;
  const { repository, digest, bytes: pushed } = write;
  for (let attempt = 0; attempt < contentLimits.signatureMerges; attempt += 1) {
    const found = await store.manifestByDigest(repository, digest, allBytes);
    const stored = found && format.includes(found.mediaType) ? found.stored : undefined;
    const merged = stored
      ? await parser.merge({ mediaType, stored: stored.bytes, pushed, digest })
      : { bytes: pushed, digest: digestOf(pushed), isStored: false };
    if (found && merged.isStored && (await isStored(services, found, write))) return "stored";
    const signed = { digest: merged.digest, mergedWith: stored?.digest };
    const outcome = await store.putManifest({ ...write, bytes: merged.bytes, signed });
    if (outcome !== "overtaken") return outcome;
  }
  throw new UnavailableError("other pushes keep adding signatures to this manifest; try again");
}

/** Whether the push adds nothing: no signature, no tag, and no renewal of the pin. */
async function isStored({ store, clock }: Services, found: FoundManifest, write: ManifestWrite): Promise<boolean> {
  if (found.pinnedUntil < clock.now() + metadataLimits.pinRenewMs) return false;
  for (const tag of write.tags) {
    if ((await store.manifestByTag(write.repository, tag))?.digest !== write.digest) return false;
  }
  return true;
}
