import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseManifest, type Manifest } from "../../oci/manifest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { packManifest, packReferences, type PackedManifest, type PackedReferences } from "../../oci/packed-manifest.ts";
import type { ManifestFormat, PushTarget, RefusedManifest } from "./manifest-format.ts";

/** A manifest as it is pushed. */
export interface ManifestPush {
  /** The parser takes them over. */
  readonly bytes: Uint8Array;
  /** The request's Content-Type; undefined if it has none. */
  readonly mediaType: MediaType | undefined;
  /** The digest in the request; undefined for a push by tag. */
  readonly digest: Digest | undefined;
  /** What a manifest of a format that names its repository and tag must name; absent, they are not compared. */
  readonly target?: PushTarget | undefined;
  /** Whether an index may refer to manifests that the repository does not have. */
  readonly sparse?: boolean;
}

/** Everything about a manifest that its bytes alone can tell. */
export interface ParsedManifest {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly subject: Digest | undefined;
  readonly packed: PackedManifest;
  readonly references: PackedReferences;
  /** The bytes to store. */
  readonly bytes: Uint8Array;
  /** Whether the manifest has a format of its own: its references may be aliases, and pushes of it are merged. */
  readonly isFormatted: boolean;
}

/** Throws a RegistryError if one thing is wrong with the manifest. */
export function parseManifestPush(
  push: ManifestPush,
  formats: readonly ManifestFormat[],
): ParsedManifest | RefusedManifest {
  const { bytes, mediaType, digest, target, sparse } = push;
  const format = formats.find((candidate) => candidate.detects(bytes, mediaType));
  if (!format) {
    const manifest = parseManifest(bytes, mediaType);
    const references = packReferences(manifest, sparse);
    return { ...described(manifest, bytes, digest), references, bytes, isFormatted: false };
  }
  const parsed = format.parse(bytes, target);
  if ("items" in parsed) return parsed;
  const { manifest, payload, document } = parsed;
  return {
    ...described(manifest, payload, digest),
    references: packReferences(manifest),
    bytes: document,
    isFormatted: true,
  };
}

/** A stored document joined with a pushed one. */
export interface MergedDocument {
  readonly bytes: Uint8Array;
  /** Of these bytes. */
  readonly digest: Digest;
  /** Whether the stored document has them already. */
  readonly isStored: boolean;
}

/** `digest` is that of the payload, which both documents have. */
export function mergeDocument(
  format: ManifestFormat,
  stored: Uint8Array,
  pushed: Uint8Array,
  digest: Digest,
): MergedDocument {
  const bytes = format.merge(stored, pushed, digest);
  return { bytes, digest: digestOf(bytes), isStored: Buffer.compare(bytes, stored) === 0 };
}

function described(
  manifest: Manifest,
  payload: Uint8Array,
  claimed: Digest | undefined,
): Pick<ParsedManifest, "digest" | "mediaType" | "subject" | "packed"> {
  return {
    digest: verifiedDigest(payload, claimed),
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
