import type { Sender } from "../../base/sender.ts";
import { algorithmOf, type Digest } from "../../oci/digest.ts";

/** The bytes of a blob, which can be read more than once. */
export interface ByteSource {
  /** In bytes. */
  readonly length: number;
  /** Reads so many bytes from the start. A piece is valid until the next one is asked for. */
  readonly read: (length: number) => AsyncIterable<Uint8Array>;
}

/**
 * Digests that are not a hash of a blob's bytes as they are, such as tarsums. Such a digest is an alias: another name of a blob,
 * valid in one repository, because other bytes may have the same one.
 */
export interface DigestKind {
  /** Whether the registry can verify this digest. */
  supports(digest: Digest): boolean;
  /**
   * Computes, for each of `wanted`, the digest of the same kind that the bytes really have. Throws DIGEST_MISMATCH if the bytes
   * have none, TOO_MANY_REQUESTS if too many requests wait for theirs, and BodyInterrupted if the sender disconnects meanwhile.
   */
  compute(source: ByteSource, wanted: readonly Digest[], sender?: Sender): Promise<readonly Digest[]>;
}

/** The kind that a digest belongs to; undefined if it is a plain hash, or of no kind that is enabled. */
export function kindOfAlias(kinds: readonly DigestKind[], digest: Digest): DigestKind | undefined {
  return algorithmOf(digest) ? undefined : kinds.find((kind) => kind.supports(digest));
}

/** Whether content can be stored and found by this digest. */
export function isSupported(kinds: readonly DigestKind[], digest: Digest): boolean {
  return algorithmOf(digest) !== undefined || kindOfAlias(kinds, digest) !== undefined;
}
