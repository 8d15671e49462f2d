import { storageLimits } from "../../storage/limits.ts";
import { UploadLost } from "../../storage/driver.ts";
import { checkAnnounced, outOfOrder, type Chunk } from "./chunk.ts";
import type { RunningHash } from "../hashing/running-hash.ts";
import type { Services, SessionLocks } from "../services.ts";
import { UploadBytes } from "./session-bytes.ts";
import { LocalSessionLocks } from "./session-locks.ts";
import {
  uploadUnknown,
  type OpenUpload,
  type Session,
  type SessionGrant,
  type UploadSessions,
} from "./upload-sessions.ts";

/** One request writes to a session at a time; another waits a while for it (session-locks.ts). */
export class UploadWriteLock {
  readonly #services: Services;
  readonly #sessions: UploadSessions;
  readonly #locks: SessionLocks;
  /** Sessions that a request to this process is writing to at this moment, and when it will have ended. */
  readonly #busy = new Map<string, Promise<void>>();

  constructor(services: Services, sessions: UploadSessions) {
    this.#services = services;
    this.#sessions = sessions;
    this.#locks = services.locks ?? new LocalSessionLocks();
  }

  get busy(): ReadonlyMap<string, unknown> {
    return this.#busy;
  }

  /** Opens a session's bytes for the one request that may write to them. */
  async exclusively<T>(grant: SessionGrant, chunk: Chunk, work: (open: OpenUpload) => Promise<T>): Promise<T> {
    const id = grant.object;
    const lock = await this.#locks.lock(id);
    if (!lock) throw outOfOrder(await this.#sessions.find(grant), "another request is writing to this session");
    const ended = Promise.withResolvers<void>();
    this.#busy.set(id, ended.promise);
    try {
      const session = await this.#sessions.find(grant, lock.session);
      return await this.#openOrDiscard(session, chunk, work);
    } finally {
      this.#busy.delete(id);
      lock.unlock();
      ended.resolve();
    }
  }

  /** A request that fails leaves no bytes of a session that is gone; it still has the session to itself. */
  async #openOrDiscard<T>(session: Session, chunk: Chunk, work: (open: OpenUpload) => Promise<T>): Promise<T> {
    try {
      return await this.#open(session, chunk, work);
    } catch (error) {
      if (!(error instanceof UploadLost)) {
        await this.#sessions.discardIfEnded(session);
        throw error;
      }
      await this.#sessions.forget(session.id);
      throw uploadUnknown(session.id);
    }
  }

  async #open<T>(session: Session, chunk: Chunk, work: (open: OpenUpload) => Promise<T>): Promise<T> {
    checkAnnounced(session, chunk);
    const writer = await UploadBytes.open(this.#services, session, chunk.length !== undefined);
    try {
      return await this.#hashing(session, chunk, (hash) => work({ session, writer, hash }));
    } finally {
      await writer.close();
    }
  }

  async #hashing<T>(session: Session, { length }: Chunk, work: (hash: RunningHash) => Promise<T>): Promise<T> {
    const { hashes } = this.#sessions;
    const bytes = length === undefined ? undefined : session.offset + length;
    const crowded = this.#busy.size > storageLimits.overlappedWrites;
    const hash = await hashes.take(session, { bytes, more: length !== 0, crowded });
    try {
      return await work(hash);
    } finally {
      hashes.release(session.id, hash);
    }
  }

  handover(id: string): Promise<void> {
    return this.#locks.handover(id);
  }

  /** Resolves when no request is writing to a session any more, and what arrived of each is kept. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }
}
