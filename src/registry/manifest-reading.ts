import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseManifest } from "../oci/manifest.ts";
import type { MediaType } from "../oci/media-type.ts";
import { packManifest, type PackedManifest } from "../oci/packed-manifest.ts";

export interface UnreadManifest {
  readonly bytes: Uint8Array;
  /** The request's Content-Type; undefined where it had none. */
  readonly mediaType: MediaType | undefined;
  /** The name by which the manifest is pushed. */
  readonly digest: Digest | undefined;
}

export interface ReadManifest {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly subject: Digest | undefined;
  readonly packed: PackedManifest;
}

/** Everything about a manifest that its bytes alone can tell. */
export function readManifest({ bytes, mediaType, digest }: UnreadManifest): ReadManifest {
  const manifest = parseManifest(bytes, mediaType);
  return {
    digest: verifiedDigest(bytes, digest),
    mediaType: manifest.mediaType,
    subject: manifest.subject?.digest,
    packed: packManifest(manifest),
  };
}

function verifiedDigest(bytes: Uint8Array, claimed: Digest | undefined): Digest {
  if (!claimed) return digestOf(bytes);
  const algorithm = algorithmOf(claimed);
  if (!algorithm) throw new RegistryError("DIGEST_UNSUPPORTED", { detail: { digest: claimed } });
  const actual = digestOf(bytes, algorithm);
  if (actual !== claimed) throw new RegistryError("DIGEST_MISMATCH", { detail: { digest: claimed, actual } });
  return claimed;
}
