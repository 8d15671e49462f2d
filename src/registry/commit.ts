import { limits } from "../base/limits.ts";
import { StoreUnavailable } from "../metadata/store.ts";
import type { UploadWriter } from "../storage/driver.ts";
import { openIntact } from "./blobs.ts";
import type { Services } from "./services.ts";
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

  const key = await sessions.orAbandon(session.id, () => writer.commit(digest));
  const committed = await nameBytes(services, session, names, key, writer);
  const surplus = committed ? committed.surplus : key;
  if (surplus !== null) await driver.remove(surplus);
  if (!committed) throw uploadUnknown(session.id);
  await driver.discardUpload(session.id);
}

async function nameBytes(
  { store, driver, clock }: Services,
  { id: upload, repository }: Session,
  { digests: [digest, ...otherDigests], tarsums }: Names,
  key: string,
  writer: UploadWriter,
) {
  const at = clock.now();
  const content = { digest, otherDigests, tarsums, key, size: writer.offset };
  try {
    return await store.commitBlob({ repository, ...content, upload, at, pinnedUntil: at + limits.pinMs });
  } catch (error) {
    // Refused, and nothing was changed: the session can end again later. After a fault the row may be there after all.
    if (error instanceof StoreUnavailable && !store.fault) await driver.remove(key);
    throw error;
  }
}
