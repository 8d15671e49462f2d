import { algorithmOf, digestOf, type Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { parseManifest, type Manifest } from "../oci/manifest.ts";
import type { MediaType } from "../oci/media-type.ts";
import { packManifest, packReferences, type PackedManifest, type PackedReferences } from "../oci/packed-manifest.ts";
import { announcesSchema1 } from "../oci/schema1/announced.ts";
import type { Expectation } from "../oci/schema1/document.ts";
import { mergeDocuments } from "../oci/schema1/kept.ts";
import { readSchema1, type RefusedManifest } from "./schema1-reading.ts";

export interface UnreadManifest {
  /** Whoever reads them takes them over. */
  readonly bytes: Uint8Array;
  /** The request's Content-Type; undefined where it had none. */
  readonly mediaType: MediaType | undefined;
  /** The name by which the manifest is pushed. */
  readonly digest: Digest | undefined;
  /** What a manifest of schema 1 has to say of itself; without it, none is read. */
  readonly schema1?: Expectation | undefined;
  /** Whether an index may refer to manifests that are not here. */
  readonly sparse?: boolean;
}

export interface ReadManifest {
  readonly digest: Digest;
  readonly mediaType: MediaType;
  readonly subject: Digest | undefined;
  readonly packed: PackedManifest;
  readonly references: PackedReferences;
  /** What is stored: the bytes as they came, or what is kept of a signed manifest. */
  readonly bytes: Uint8Array;
}

/** Everything about a manifest that its bytes alone can tell. Throws where there is one thing wrong with it. */
export function readManifest(unread: UnreadManifest): ReadManifest | RefusedManifest {
  const { bytes, mediaType, digest, schema1, sparse } = unread;
  if (!schema1 || !announcesSchema1(bytes, mediaType)) {
    const manifest = parseManifest(bytes, mediaType);
    return { ...described(manifest, bytes, digest), references: packReferences(manifest, sparse), bytes };
  }
  const read = readSchema1(bytes, schema1);
  if ("items" in read) return read;
  const references = packReferences(read.manifest);
  return { ...described(read.manifest, read.payload, digest), references, bytes: read.kept };
}

/** The bytes that are to be kept of a signed manifest, and their own digest. */
export interface MergedDocument {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Whether they are those that were kept before. */
  readonly isKept: boolean;
}

/** `kept` is the stored document, `pushed` another one of the same payload; `digest` is that of the payload. */
export function mergeSigned(kept: Uint8Array, pushed: Uint8Array, digest: Digest): MergedDocument {
  const bytes = mergeDocuments(kept, pushed, digest);
  return { bytes, digest: digestOf(bytes), isKept: Buffer.compare(bytes, kept) === 0 };
}

/** `digested` is what the manifest's digest is of. */
function described(
  manifest: Manifest,
  digested: Uint8Array,
  claimed: Digest | undefined,
): Omit<ReadManifest, "bytes" | "references"> {
  return {
    digest: verifiedDigest(digested, claimed),
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
