import type { Grant } from "../../auth/grant.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import { RegistryError } from "../../oci/errors.ts";
import { RunningHashes } from "../hashing/running-hashes.ts";
import type { Services } from "../services.ts";
import { storageLimits } from "../../storage/limits.ts";
import { UploadLost } from "../../storage/driver.ts";
import { checkAnnounced, outOfOrder, type Chunk } from "./chunk.ts";
import { uploadLimits } from "./limits.ts";
import { LocalSessionLocks } from "./session-locks.ts";
import { UploadBytes } from "./upload-bytes.ts";
import { UploadSession, uploadUnknown } from "./upload-session.ts";
import { UploadWriteLock } from "./write-lock.ts";

/** The right to use one upload session. */
export type SessionGrant = Grant<"push", string>;

/** `UploadSessions` manages the upload sessions of a registry: their rows, and the running hashes of this process. */
export class UploadSessions {
  readonly hashes: RunningHashes;
  readonly lock: UploadWriteLock;
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
    this.hashes = new RunningHashes(services.driver);
    this.lock = new UploadWriteLock(services.locks ?? new LocalSessionLocks(services.clock));
  }

  /**
   * Starts a session. `client` is a name that distinguishes clients. Throws TOO_MANY_REQUESTS if that client has too
   * many open sessions.
   */
  async start(
    { repository, algorithm, actor }: Pick<UploadRecord, "repository" | "algorithm" | "actor">,
    client?: string,
  ): Promise<UploadRecord> {
    const { store, clock } = this.#services;
    const startedAt = clock.now();
    const expiresAt = startedAt + uploadLimits.emptyUploadLifetimeMs;
    const id = crypto.randomUUID();
    const record: UploadRecord = { id, repository, algorithm, actor, offset: 0, startedAt, expiresAt };
    if (!(await store.startUpload(record, client))) throw tooManySessions();
    return record;
  }

  /** Finds a session. `known` is its row, of any repository, if the process with the locks returned it. */
  async find({ repository, object: id }: SessionGrant, known?: UploadRecord): Promise<UploadRecord> {
    const record = known ?? (await this.#services.store.upload(repository, id));
    if (record?.repository !== repository) throw uploadUnknown(id);
    return record;
  }

  /**
   * Opens a session for the only request that may write to it. Throws CHUNK_OUT_OF_ORDER if another request continues
   * to write.
   */
  async open<T>(grant: SessionGrant, chunk: Chunk, work: (session: UploadSession) => Promise<T>): Promise<T> {
    const locked = await this.lock.exclusively(grant.object, async (known) => {
      const record = await this.find(grant, known);
      return { result: await this.#openOrDiscard(record, chunk, work) };
    });
    if (locked) return locked.result;
    throw outOfOrder(await this.find(grant), "another request is writing to this session");
  }

  /**
   * Opens a session. If the request fails and the session has ended, it removes the bytes while it still has the
   * lock.
   */
  async #openOrDiscard<T>(
    record: UploadRecord,
    chunk: Chunk,
    work: (session: UploadSession) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#open(record, chunk, work);
    } catch (error) {
      if (!(error instanceof UploadLost)) {
        await this.#discardIfEnded(record);
        throw error;
      }
      await this.end(record.id);
      throw uploadUnknown(record.id);
    }
  }

  async #open<T>(record: UploadRecord, chunk: Chunk, work: (session: UploadSession) => Promise<T>): Promise<T> {
    checkAnnounced(record, chunk);
    const { hashes } = this;
    const services = this.#services;
    const { length } = chunk;
    const bytes = await UploadBytes.open(services, record, length !== undefined);
    try {
      const expected = length === undefined ? undefined : record.offset + length;
      const crowded = this.lock.busy.size > storageLimits.overlappedWrites;
      const hash = await hashes.take(record, { bytes: expected, more: length !== 0, crowded });
      try {
        const end = () => this.end(record.id);
        return await work(new UploadSession({ services, record, bytes, hash, hashes, end }));
      } finally {
        hashes.release(record.id, hash);
      }
    } finally {
      await bytes.close();
    }
  }

  /**
   * Ends a session, whether a request has it open or not. The row is removed before the bytes: a crash in between leaves
   * bytes that the sweep removes (orphans.ts).
   */
  async end(id: string): Promise<void> {
    this.hashes.forget(id);
    await this.#services.store.endUpload(id);
    await this.#services.driver.discardUpload(id);
  }

  /** Ends a session at the request of its client. Throws UPLOAD_UNKNOWN if the session has already ended. */
  async cancel(grant: SessionGrant): Promise<void> {
    const { id } = await this.find(grant);
    this.hashes.forget(id);
    if (!(await this.#services.store.endUpload(id))) throw uploadUnknown(id);
    await this.#services.driver.discardUpload(id);
  }

  /**
   * Removes the bytes that a request has written to a session that ended meanwhile: the request may have created the
   * file after the cancellation removed it. If this fails, the sweep removes the bytes.
   */
  async #discardIfEnded({ repository, id }: UploadRecord): Promise<void> {
    const { store, driver } = this.#services;
    try {
      if (!(await store.upload(repository, id))) await driver.discardUpload(id);
    } catch {
      // The client must receive the first error.
    }
  }
}

function tooManySessions(): RegistryError {
  const limit = metadataLimits.uploadSessionsOfClient;
  const message = `this address has ${limit} upload sessions open; finish or cancel some of them, or wait until they expire`;
  const retryAfterSeconds = uploadLimits.emptyUploadLifetimeMs / 1000;
  return new RegistryError("TOO_MANY_REQUESTS", { message, detail: { limit } }, { retryAfterSeconds });
}
