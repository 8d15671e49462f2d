import { contentLimits } from "./limits.ts";
import { OutcomeUnknown, StoreUnavailable, type NewBlob } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Services } from "../services.ts";
import { newInlineKey, removeBytes } from "./inline-blobs.ts";
import { verifyOrMarkCorrupt, isReadAtOnce } from "./intact-bytes.ts";

/** Digests that were compared with the bytes of a blob. */
export interface VerifiedDigests {
  /** Plain hashes; at least one. */
  readonly digests: readonly [Digest, ...Digest[]];
  readonly aliases: readonly Digest[];
}

/** The bytes of an upload session that is about to end. */
export interface ReceivedBytes {
  /** The id of the upload session. */
  readonly uploadId: string;
  readonly repository: RepositoryName;
  /** The name of the principal that started the session; undefined if it is unknown. */
  readonly actor: string | undefined;
  /** The number of bytes. */
  readonly size: number;
  /** All bytes, if they are few enough for an inline blob; otherwise undefined. */
  inline(): Promise<Uint8Array | undefined>;
  /** Makes the bytes durable in storage under a new key, and returns that key. */
  commit(digest: Digest): Promise<string>;
  /** Makes the bytes durable in place of the object with this key, which has the same digest. */
  replace(key: string): Promise<void>;
  /** Removes the session's own copy of the bytes, if storage has one. */
  discardBytes(): Promise<void>;
}

/**
 * Stores verified bytes as a blob, and ends their upload session. Afterwards the digest has intact bytes, whatever it
 * had before: the store compares inline bytes with the received ones, and larger bytes replace those in storage.
 * Returns false, and changes nothing, if the session has ended meanwhile.
 */
export async function commitBlob(
  services: Services,
  received: ReceivedBytes,
  verified: VerifiedDigests,
): Promise<boolean> {
  const bytes = await received.inline();
  const replaced = bytes ? undefined : await replaceKnown(services, received, verified);
  return replaced ?? commitUnderNewKey(services, received, verified, bytes);
}

/**
 * Replaces the stored bytes of a known digest. To verify a large file takes as long as to receive it, so the new
 * bytes replace the old ones under the same key. Readers see the old file or the new file. Returns undefined, and
 * changes nothing, if the digest has no bytes in a file. Damaged bytes are marked as corrupt.
 */
async function replaceKnown(
  services: Services,
  received: ReceivedBytes,
  verified: VerifiedDigests,
): Promise<boolean | undefined> {
  const { store } = services;
  const [digest] = verified.digests;
  const stored = await store.bytesOf(digest);
  if (!stored || !(await verifyOrMarkCorrupt(services, { digest, ...stored })) || isReadAtOnce(stored))
    return undefined;
  // The row is written first: it pins the key for this repository, so nothing removes the object with that key.
  const { key } = stored;
  const replaced = await store.recommitBlob(newBlob(services, received, verified, { key, size: received.size }));
  if (replaced === undefined) return false;
  // The digest has other bytes meanwhile.
  if (!replaced) return undefined;
  await received.replace(key);
  await received.discardBytes();
  return true;
}

/** Makes the bytes durable under a key, and then writes the row that names the key. */
async function commitUnderNewKey(
  services: Services,
  received: ReceivedBytes,
  verified: VerifiedDigests,
  bytes: Uint8Array | undefined,
): Promise<boolean> {
  const key = bytes ? newInlineKey() : await received.commit(verified.digests[0]);
  const durable = { key, size: received.size, ...(bytes && { bytes }) };
  const committed = await nameBytes(services, received, newBlob(services, received, verified, durable));
  const surplus = committed ? committed.surplus : key;
  // The blob is stored at this point. A failed removal of the surplus bytes, such as a directory in place of a file,
  // must not fail the push.
  if (surplus !== null) await removeBytes(services, surplus).catch(() => undefined);
  if (!committed) return false;
  await received.discardBytes();
  return true;
}

async function nameBytes(services: Services, received: ReceivedBytes, blob: NewBlob) {
  try {
    return await services.store.commitBlob(blob);
  } catch (error) {
    // The store refused the write, and nothing changed: a later request can end the session.
    if (error instanceof StoreUnavailable) await removeBytes(services, blob.key);
    // The row may name the bytes by now, so the session must not write to them.
    if (error instanceof OutcomeUnknown) await received.discardBytes();
    throw error;
  }
}

function newBlob(
  { clock }: Services,
  { uploadId: upload, repository, actor }: ReceivedBytes,
  { digests: [digest, ...otherDigests], aliases }: VerifiedDigests,
  durable: Pick<NewBlob, "key" | "size" | "bytes">,
): NewBlob {
  const at = clock.now();
  return {
    repository,
    digest,
    otherDigests,
    aliases,
    ...durable,
    upload,
    actor,
    at,
    pinnedUntil: at + contentLimits.pinMs,
  };
}
