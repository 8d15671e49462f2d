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
import { UploadBytes } from "./upload-bytes.ts";
import { UploadSession, uploadUnknown } from "./upload-session.ts";
import { UploadWriteLock } from "./write-lock.ts";

export type SessionGrant = Grant<"push", string>;

/** The upload sessions of a registry: their rows, and the running hashes of this process. */
export class UploadSessions {
  readonly hashes: RunningHashes;
  readonly lock: UploadWriteLock;
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
    this.hashes = new RunningHashes(services.driver);
    this.lock = new UploadWriteLock(services.locks);
  }

  /** `client` is who starts it, by any name that tells clients apart. Throws TOO_MANY_REQUESTS if it has too many open. */
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

  /** `known` is the row if the holder of the locks had it at hand, of whatever repository. */
  async find({ repository, object: id }: SessionGrant, known?: UploadRecord): Promise<UploadRecord> {
    const record = known ?? (await this.#services.store.upload(repository, id));
    if (record?.repository !== repository) throw uploadUnknown(id);
    return record;
  }

  /** Opens a session for the one request that may write to it. Throws CHUNK_OUT_OF_ORDER if another request goes on writing. */
  async open<T>(grant: SessionGrant, chunk: Chunk, work: (session: UploadSession) => Promise<T>): Promise<T> {
    const locked = await this.lock.exclusively(grant.object, async (known) => {
      const record = await this.find(grant, known);
      return { result: await this.#openOrDiscard(record, chunk, work) };
    });
    if (locked) return locked.result;
    throw outOfOrder(await this.find(grant), "another request is writing to this session");
  }

  /** A request that fails leaves no bytes of a session that has ended; it still has the lock. */
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
      await this.forget(record.id);
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
        return await work(new UploadSession({ services, record, bytes, hash, hashes }));
      } finally {
        hashes.release(record.id, hash);
      }
    } finally {
      await bytes.close();
    }
  }

  /** Ends a session, whether a request has it open or not. */
  async forget(id: string): Promise<void> {
    this.hashes.forget(id);
    await this.#services.store.endUpload(id);
    await this.#services.driver.discardUpload(id);
  }

  /** Ends a session that its client does not want any more. Throws UPLOAD_UNKNOWN if something else has ended it first. */
  async cancel(grant: SessionGrant): Promise<void> {
    const { id } = await this.find(grant);
    this.hashes.forget(id);
    if (!(await this.#services.store.endUpload(id))) throw uploadUnknown(id);
    await this.#services.driver.discardUpload(id);
  }

  /**
   * Removes what a request has written to a session that ended meanwhile: the file may have been made after the cancel removed
   * the one before. What fails here, the sweep removes.
   */
  async #discardIfEnded({ repository, id }: UploadRecord): Promise<void> {
    const { store, driver } = this.#services;
    try {
      if (!(await store.upload(repository, id))) await driver.discardUpload(id);
    } catch {
      // The client has to hear of the first error.
    }
  }

  /** Removes sessions without a request for their lifetime, except those that are being written to; returns how many. */
  async expire(busy: ReadonlyMap<string, unknown>): Promise<number> {
    const { store, clock } = this.#services;
    let removed = 0;
    for (;;) {
      // Those that are being written to are due and stay: they must not take the places of the others.
      const due = await store.expiredUploads(clock.now(), uploadLimits.uploadSweepBatch + busy.size);
      const idle = due.filter(({ id }) => !busy.has(id));
      for (const { id } of idle) removed += await this.#expireOne(id);
      if (idle.length < uploadLimits.uploadSweepBatch) return removed;
    }
  }

  async #expireOne(id: string): Promise<0 | 1> {
    const { store, driver, clock } = this.#services;
    // The same statement checks again: a client may have resumed it since the list was made.
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
