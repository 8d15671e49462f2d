import type { Grant } from "../../auth/grant.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { uploadLimits } from "./limits.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import type { Algorithm } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { RunningHash } from "../hashing/running-hash.ts";
import { RunningHashes } from "../hashing/running-hashes.ts";
import type { Services } from "../services.ts";
import type { UploadBytes } from "./session-bytes.ts";

/** An upload session as its client sees it. */
export type Session = UploadRecord;

export type SessionGrant = Grant<"push", string>;

/** A session that is open at its end, with the hash of what is there. */
export interface OpenUpload {
  readonly session: Session;
  readonly writer: UploadBytes;
  readonly hash: RunningHash;
}

/** What is kept of upload sessions: a row, which says how many bytes are durable, the bytes, and the hash of them. */
export class UploadSessions {
  readonly hashes: RunningHashes;
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
    this.hashes = new RunningHashes(services.driver);
  }

  /** `client` is who starts it, by any name that tells clients apart. */
  async start(repository: RepositoryName, algorithm: Algorithm, client?: string): Promise<Session> {
    const { store, clock } = this.#services;
    const startedAt = clock.now();
    const expiresAt = startedAt + uploadLimits.emptyUploadLifetimeMs;
    const session: Session = { id: crypto.randomUUID(), repository, algorithm, offset: 0, startedAt, expiresAt };
    if (!(await store.startUpload(session, client))) throw tooManySessions();
    return session;
  }

  /** `held` is the session where it is known already, of whatever repository. */
  async find({ repository, object: id }: SessionGrant, held?: Session): Promise<Session> {
    const session = held ?? (await this.#services.store.upload(repository, id));
    if (session?.repository !== repository) throw uploadUnknown(id);
    return session;
  }

  /** Makes what was received durable, and then says so. */
  async keep({ session, writer, hash }: OpenUpload): Promise<Session> {
    const { store, clock } = this.#services;
    const { offset } = writer;
    const expiresAt = clock.now() + (offset > 0 ? uploadLimits.uploadLifetimeMs : uploadLimits.emptyUploadLifetimeMs);
    if (offset > session.offset) await this.orAbandon(session.id, () => writer.sync());
    // Lost with its thread, it is computed again by whoever needs it.
    const digest = await hash.digest().catch(() => undefined);
    const advanced = await store.advanceUpload(session.id, session.offset, offset, expiresAt, digest);
    if (!advanced) throw uploadUnknown(session.id);
    this.hashes.put(session.id, hash, offset);
    return { ...session, offset, ...(digest && { digest }), expiresAt };
  }

  /** After a failed sync nobody knows what the disk holds of a session, also not after a second one that succeeds. */
  async orAbandon<T>(id: string, makeDurable: () => Promise<T>): Promise<T> {
    try {
      return await makeDurable();
    } catch (error) {
      await this.forget(id).catch(() => undefined);
      throw error;
    }
  }

  /** Row first, then bytes: a crash between the two leaves bytes that are swept (orphans.ts). */
  async forget(id: string): Promise<void> {
    this.hashes.forget(id);
    await this.#services.store.endUpload(id);
    await this.#services.driver.discardUpload(id);
  }

  /** Ends a session that its client does not want any more; throws UPLOAD_UNKNOWN where something else has ended it first. */
  async cancel(grant: SessionGrant): Promise<void> {
    const { id } = await this.find(grant);
    this.hashes.forget(id);
    if (!(await this.#services.store.endUpload(id))) throw uploadUnknown(id);
    await this.#services.driver.discardUpload(id);
  }

  /**
   * Removes what a request has written to a session that ended meanwhile: the file may have been made after the cancel
   * removed the one before. To be called while the request still has the session's lock. What fails here, the sweep removes.
   */
  async discardIfEnded({ repository, id }: Session): Promise<void> {
    const { store, driver } = this.#services;
    try {
      if (!(await store.upload(repository, id))) await driver.discardUpload(id);
    } catch {
      // The error that brought us here is the one that the client has to hear.
    }
  }

  /** Removes sessions that nobody has touched for their lifetime, but for those that are busy; returns how many. */
  async expire(busy: ReadonlyMap<string, unknown>): Promise<number> {
    const { store, clock } = this.#services;
    let removed = 0;
    for (;;) {
      // Those being written to are due and stay: they must not take the places of the others.
      const due = await store.expiredUploads(clock.now(), uploadLimits.uploadSweepBatch + busy.size);
      const idle = due.filter(({ id }) => !busy.has(id));
      for (const { id } of idle) removed += await this.#expireOne(id);
      if (idle.length < uploadLimits.uploadSweepBatch) return removed;
    }
  }

  async #expireOne(id: string): Promise<0 | 1> {
    const { store, driver, clock } = this.#services;
    // Asked again in the same statement: it may have been continued since the list was made.
    if (!(await store.expireUpload(id, clock.now()))) return 0;
    this.hashes.forget(id);
    await driver.discardUpload(id);
    return 1;
  }
}

function tooManySessions(): RegistryError {
  const limit = metadataLimits.uploadSessionsOfClient;
  const message = `this address has ${limit} upload sessions open; finish or cancel some of them, or wait until they expire`;
  const retryAfterSeconds = uploadLimits.emptyUploadLifetimeMs / 1000;
  return new RegistryError("TOO_MANY_REQUESTS", { message, detail: { limit } }, { retryAfterSeconds });
}

export function uploadUnknown(id: string): RegistryError {
  return new RegistryError("UPLOAD_UNKNOWN", { detail: { session: id } });
}
