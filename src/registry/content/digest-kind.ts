import type { Sender } from "../../base/sender.ts";
import { algorithmOf, type Digest } from "../../oci/digest.ts";
import type { ByteSource } from "../../storage/byte-source.ts";

/**
 * A kind of digest that is not a hash of the plain bytes of a blob, such as tarsums. Such a digest is an alias:
 * another name of a blob, valid in one repository, because different bytes may have the same one.
 */
export interface DigestKind {
  /** Whether the registry can verify this digest. */
  supports(digest: Digest): boolean;
  /**
   * Computes the actual digest of the bytes for each of `wanted`, with the same prefix. Throws DIGEST_MISMATCH if the
   * bytes have no such digest, TOO_MANY_REQUESTS if too many requests wait for one, and BodyInterrupted if the sender
   * disconnects meanwhile.
   */
  compute(source: ByteSource, wanted: readonly Digest[], sender?: Sender): Promise<readonly Digest[]>;
}

/** Returns the kind of an alias; undefined if the digest is a plain hash, or if no enabled kind supports it. */
export function kindOfAlias(kinds: readonly DigestKind[], digest: Digest): DigestKind | undefined {
  return algorithmOf(digest) ? undefined : kinds.find((kind) => kind.supports(digest));
}

/** Whether content can be stored and found by this digest. */
export function isSupported(kinds: readonly DigestKind[], digest: Digest): boolean {
  return algorithmOf(digest) !== undefined || kindOfAlias(kinds, digest) !== undefined;
}
