import { limits } from "../base/limits.ts";
import { OutcomeUnknown, StoreUnavailable, type NewBlob } from "../metadata/store.ts";
import { openIntact } from "./blobs.ts";
import type { Services } from "./services.ts";
import { newShortKey, removeBytes } from "./short-blobs.ts";
import { uploadUnknown, type OpenSession, type Session, type Sessions } from "./sessions.ts";
import type { Names } from "./verification.ts";

/** Makes a blob of a session's bytes: first they are durable under a key, then the row names the key. */
export async function commit(
  services: Services,
  sessions: Sessions,
  { session, writer }: Pick<OpenSession, "session" | "writer">,
  names: Names,
): Promise<void> {
  const { store, driver } = services;
  const [digest] = names.digests;
  // The bytes that the digest has already are kept only if they are there; else this push heals it.
  const known = await store.bytesOf(digest);
  if (known) await openIntact(services, known);

  const bytes = await writer.short();
  const key = bytes ? newShortKey() : await sessions.orAbandon(session.id, () => writer.commit(digest));
  const committed = await nameBytes(services, session, names, { key, size: writer.offset, ...(bytes && { bytes }) });
  const surplus = committed ? committed.surplus : key;
  if (surplus !== null) await removeBytes(services, surplus);
  if (!committed) throw uploadUnknown(session.id);
  if (writer.stored) await driver.discardUpload(session.id);
}

async function nameBytes(
  services: Services,
  { id: upload, repository }: Session,
  { digests: [digest, ...otherDigests], tarsums }: Names,
  durable: Pick<NewBlob, "key" | "size" | "bytes">,
) {
  const { store, driver, clock } = services;
  const at = clock.now();
  const content = { digest, otherDigests, tarsums, ...durable };
  try {
    return await store.commitBlob({ repository, ...content, upload, at, pinnedUntil: at + limits.pinMs });
  } catch (error) {
    // Refused, and nothing was changed: the session can end again later.
    if (error instanceof StoreUnavailable) await removeBytes(services, durable.key);
    // A row may name the bytes now, so the session must not write to them: it keeps none.
    if (error instanceof OutcomeUnknown) await driver.discardUpload(upload);
    throw error;
  }
}
