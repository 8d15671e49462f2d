import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseManifest, type Manifest } from "../../oci/manifest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { packManifest, packReferences, type PackedManifest, type PackedReferences } from "../../oci/packed-manifest.ts";
import type { Precondition } from "../../oci/precondition.ts";
import type { Tag } from "../../oci/reference.ts";
import type { ManifestFormat, PushTarget, RefusedManifest } from "./manifest-format.ts";

/** A push of a manifest, by digest or by one or more tags. */
export interface ManifestPush {
  /** The bytes of the request. The parser takes ownership of them. */
  readonly bytes: Uint8Array;
  /** The request's Content-Type; undefined if it has none. */
  readonly mediaType: MediaType | undefined;
  /** The digest in the request; undefined if it has none. */
  readonly digest: Digest | undefined;
  readonly tags: readonly Tag[];
  /**
   * A condition on the current manifest with the pushed tag or digest; if absent, the manifest is stored in any case.
   */
  readonly precondition?: Precondition;
  /**
   * Whether a schema 1 manifest must contain the name and the tag that it is pushed to; if absent, the operator's
   * setting decides.
   */
  readonly named?: boolean;
}

/** A request to parse a pushed manifest. */
export interface ParseRequest extends Pick<ManifestPush, "bytes" | "mediaType" | "digest"> {
  /** The name and the tag that a manifest with such fields must contain; if absent, they are not compared. */
  readonly target?: PushTarget | undefined;
  /** Whether an index may refer to manifests that the repository does not have. */
  readonly sparse?: boolean;
}

/** Everything about a manifest that its bytes alone show. */
export interface ParsedManifest {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly subject: Digest | undefined;
  readonly packed: PackedManifest;
  readonly references: PackedReferences;
  /** The bytes to store. */
  readonly bytes: Uint8Array;
  /** Whether the manifest has a separate format: its references may be aliases, and pushes of it are merged. */
  readonly isFormatted: boolean;
}

/** Parses and verifies a pushed manifest. Throws a RegistryError if exactly one thing is wrong with it. */
export function parsePush(request: ParseRequest, formats: readonly ManifestFormat[]): ParsedManifest | RefusedManifest {
  const { bytes, mediaType, digest, target, sparse } = request;
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

/** A stored document merged with a pushed one. */
export interface MergedDocument {
  readonly bytes: Uint8Array;
  /** The digest of these bytes. */
  readonly digest: Digest;
  /** Whether the stored document already has these bytes. */
  readonly isStored: boolean;
}

/** Merges two documents of the same payload. `digest` is the digest of the payload. */
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
