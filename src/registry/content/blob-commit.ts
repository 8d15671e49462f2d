import { contentLimits } from "./limits.ts";
import { OutcomeUnknown, StoreUnavailable, type NewBlob } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { Services } from "../services.ts";
import { newInlineKey, removeBytes } from "./inline-blobs.ts";
import { areIntact, isReadAtOnce } from "./intact-bytes.ts";

/** Digests that were compared with the bytes of a blob. */
export interface VerifiedDigests {
  /** Plain hashes; at least one. */
  readonly digests: readonly [Digest, ...Digest[]];
  readonly aliases: readonly Digest[];
}

/** The bytes of an upload session that is about to end. */
export interface ReceivedBytes {
  /** The id of the session. */
  readonly upload: string;
  readonly repository: RepositoryName;
  /** Name of the principal that started the session; undefined if it is unknown. */
  readonly actor: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** All bytes if they are few enough for an inline blob. */
  inline(): Promise<Uint8Array | undefined>;
  /** Makes the bytes durable in storage under a new key, and returns that key. */
  commit(digest: Digest): Promise<string>;
  /** Makes the bytes durable in the place of the object with this key, which has the same digest. */
  replace(key: string): Promise<void>;
  /** Removes the session's own copy of the bytes, if storage has one. */
  discard(): Promise<void>;
}

/**
 * Makes a blob of verified bytes, and ends their upload session. Afterwards the digest has intact bytes, whatever it had before:
 * the store compares inline bytes with those that came; larger bytes replace those in storage. Returns false, and changes
 * nothing, if the session has ended meanwhile.
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
 * To verify a large file takes as long as to receive it, so the new bytes take its place under the same key: readers find one
 * file or the other. Undefined, and nothing is changed, if the digest has no bytes in a file, or damaged ones, which are marked
 * as corrupt.
 */
async function replaceKnown(
  services: Services,
  received: ReceivedBytes,
  verified: VerifiedDigests,
): Promise<boolean | undefined> {
  const { store } = services;
  const [digest] = verified.digests;
  const known = await store.bytesOf(digest);
  if (!known || !(await areIntact(services, { digest, ...known })) || isReadAtOnce(known)) return undefined;
  // The row first: it promises the key to this repository, so nothing removes what then has that key.
  const { key } = known;
  const replaced = await store.recommitBlob(newBlob(services, received, verified, { key, size: received.size }));
  if (replaced === undefined) return false;
  // The digest has other bytes meanwhile.
  if (!replaced) return undefined;
  await received.replace(key);
  await received.discard();
  return true;
}

/** First the bytes are durable under a key, then the row names the key. */
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
  // The blob is stored by now: bytes that cannot be removed, such as a directory in a file's place, do not make its push fail.
  if (surplus !== null) await removeBytes(services, surplus).catch(() => undefined);
  if (!committed) return false;
  await received.discard();
  return true;
}

async function nameBytes(services: Services, received: ReceivedBytes, blob: NewBlob) {
  try {
    return await services.store.commitBlob(blob);
  } catch (error) {
    // Refused, and nothing is changed: the session can end again later.
    if (error instanceof StoreUnavailable) await removeBytes(services, blob.key);
    // A row may name the bytes now, so the session must not write to them: it keeps none.
    if (error instanceof OutcomeUnknown) await received.discard();
    throw error;
  }
}

function newBlob(
  { clock }: Services,
  { upload, repository, actor }: ReceivedBytes,
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
