import { limits } from "../base/limits.ts";
import { OutcomeUnknown, StoreUnavailable, type NewBlob } from "../metadata/store.ts";
import { algorithmOf, digestOf } from "../oci/digest.ts";
import { areIntact, isReadAtOnce } from "./intact-bytes.ts";
import type { Services } from "./services.ts";
import { newShortKey, removeBytes } from "./short-blobs.ts";
import { uploadUnknown, type OpenSession, type Session, type Sessions } from "./sessions.ts";
import type { Names } from "./verification.ts";

type Received = Pick<OpenSession, "session" | "writer">;

/**
 * Makes a blob of a session's bytes, which were verified. Whatever the digest has already, afterwards it has bytes that are
 * right: the store compares small ones with those that came; larger ones give their place to them.
 */
export async function commit(services: Services, sessions: Sessions, received: Received, names: Names): Promise<void> {
  const bytes = await received.writer.short();
  if (bytes && received.session.offset > 0) await requireUnchanged(sessions, received, names, bytes);
  if (!bytes && (await replacesKnown(services, received, names))) return;
  await commitUnderNewKey(services, sessions, received, names, bytes);
}

/** What earlier requests brought lies in a file, and the running hash is of what came: somebody may have changed the file since. */
async function requireUnchanged(
  sessions: Sessions,
  { session }: Received,
  { digests: [digest] }: Names,
  bytes: Uint8Array,
): Promise<void> {
  if (digestOf(bytes, algorithmOf(digest)) === digest) return;
  await sessions.forget(session.id);
  throw uploadUnknown(session.id);
}

/** False where the digest has no bytes yet, or small or damaged ones. Those that are damaged are condemned. */
async function replacesKnown(services: Services, received: Received, names: Names): Promise<boolean> {
  const [digest] = names.digests;
  const known = await services.store.bytesOf(digest);
  if (!known || !(await areIntact(services, { digest, ...known })) || isReadAtOnce(known)) return false;
  return replaceKnown(services, received, names, known.key);
}

/**
 * To see whether a large file is intact takes as long as to receive it, so the new one takes its place, under the same key:
 * readers find the one or the other. False, and nothing was changed, where the digest has other bytes meanwhile.
 */
async function replaceKnown(
  { store, clock, driver }: Services,
  { session, writer }: Received,
  names: Names,
  key: string,
): Promise<boolean> {
  // First the row: it promises the key to this repository, so nothing removes what then comes to lie there.
  const replaced = await store.recommitBlob(newBlob(clock.now(), session, names, { key, size: writer.offset }));
  if (replaced === undefined) throw uploadUnknown(session.id);
  if (!replaced) return false;
  await writer.replace(key);
  await driver.discardUpload(session.id);
  return true;
}

/** First the bytes are durable under a key, then the row names the key. */
async function commitUnderNewKey(
  services: Services,
  sessions: Sessions,
  { session, writer }: Received,
  names: Names,
  bytes: Uint8Array | undefined,
): Promise<void> {
  const key = bytes ? newShortKey() : await sessions.orAbandon(session.id, () => writer.commit(names.digests[0]));
  const durable = { key, size: writer.offset, ...(bytes && { bytes }) };
  const committed = await nameBytes(services, session, newBlob(services.clock.now(), session, names, durable));
  const surplus = committed ? committed.surplus : key;
  // The blob is stored by now: what cannot be removed, such as a directory in a file's place, makes its push no failure.
  if (surplus !== null) await removeBytes(services, surplus).catch(() => undefined);
  if (!committed) throw uploadUnknown(session.id);
  if (writer.stored) await services.driver.discardUpload(session.id);
}

async function nameBytes(services: Services, session: Session, blob: NewBlob) {
  try {
    return await services.store.commitBlob(blob);
  } catch (error) {
    // Refused, and nothing was changed: the session can end again later.
    if (error instanceof StoreUnavailable) await removeBytes(services, blob.key);
    // A row may name the bytes now, so the session must not write to them: it keeps none.
    if (error instanceof OutcomeUnknown) await services.driver.discardUpload(session.id);
    throw error;
  }
}

function newBlob(
  at: number,
  { id: upload, repository }: Session,
  { digests: [digest, ...otherDigests], tarsums }: Names,
  durable: Pick<NewBlob, "key" | "size" | "bytes">,
): NewBlob {
  return { repository, digest, otherDigests, tarsums, ...durable, upload, at, pinnedUntil: at + limits.pinMs };
}
