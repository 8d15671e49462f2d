import type { Clock } from "../base/clock.ts";
import { metadataLimits } from "./limits.ts";
import { StoreDecorator } from "./store-decorator.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore, type NewBlob, type UploadRecord } from "./store.ts";
import type { RepositoryName } from "../oci/repository-name.ts";

/**
 * A store in which a new upload session is pending, which means in memory only. Most sessions end with the next request and
 * never need a row. A session gets its row when bytes of it are to be stored, when it has been pending for
 * `metadataLimits.pendingUploadMs`, or when the store is closed. A crash can lose only sessions of the last moment that have no
 * bytes (docs/decisions/0015).
 */
export class PendingUploadsStore extends StoreDecorator {
  readonly #uploads: PendingUploads;

  constructor(inner: MetadataStore, clock: Clock) {
    super(inner);
    this.#uploads = new PendingUploads(inner, clock);
  }

  /** Returns the session if it has no row yet. */
  pendingUpload(id: string): UploadRecord | undefined {
    return this.#uploads.get(id);
  }

  override startUpload(upload: UploadRecord): Promise<boolean> {
    return this.#uploads.start(upload);
  }

  override async upload(repository: RepositoryName, id: string): Promise<UploadRecord | undefined> {
    const upload = this.#uploads.get(id) ?? (await this.inner.upload(repository, id));
    return upload?.repository === repository ? upload : undefined;
  }

  override advanceUpload(...change: Parameters<MetadataStore["advanceUpload"]>): Promise<boolean> {
    return this.#uploads.withRow(change[0], () => this.inner.advanceUpload(...change));
  }

  override expireUpload(id: string, now: number): Promise<boolean> {
    return this.#uploads.withRow(id, () => this.inner.expireUpload(id, now));
  }

  override async expiredUploads(now: number, limit: number): Promise<UploadRecord[]> {
    await this.#uploads.writeAll();
    return this.inner.expiredUploads(now, limit);
  }

  override async knownUploads(ids: readonly string[]): Promise<string[]> {
    // Read before the rows: a session that gets its row meanwhile is in one of the two.
    const pending = new Set(ids.filter((id) => this.#uploads.get(id)));
    const rows = new Set(await this.inner.knownUploads(ids));
    return ids.filter((id) => pending.has(id) || rows.has(id));
  }

  override endUpload(id: string): Promise<boolean> {
    return this.#uploads.end(id);
  }

  override commitBlob(blob: NewBlob): ReturnType<MetadataStore["commitBlob"]> {
    return this.#uploads.commit(blob, (named) => this.inner.commitBlob(named));
  }

  override recommitBlob(blob: Omit<NewBlob, "bytes">): Promise<boolean | undefined> {
    return this.#uploads.commit(blob, (named) => this.inner.recommitBlob(named));
  }

  override async close(): Promise<void> {
    await this.#uploads.close();
    await this.inner.close();
  }
}

interface PendingUpload {
  readonly upload: UploadRecord;
  /** The round in which it started. */
  readonly since: number;
  /**
   * The write of the row while it is under way. A store's writes take effect in the order of their calls, so later
   * writes need not wait for this one.
   */
  row?: Promise<void>;
}

class PendingUploads {
  readonly #store: MetadataStore;
  readonly #pending = new Map<string, PendingUpload>();
  readonly #stopRounds: () => void;
  /** The number of the current round. Rounds pass at the same rate even if the time of the clock is set. */
  #round = 0;
  #isWriting = false;

  constructor(store: MetadataStore, clock: Clock) {
    this.#store = store;
    this.#stopRounds = clock.every(metadataLimits.pendingUploadLookMs, () => {
      this.#round += 1;
      void this.#writeOverdue();
    });
  }

  get(id: string): UploadRecord | undefined {
    return this.#pending.get(id)?.upload;
  }

  async start(upload: UploadRecord): Promise<boolean> {
    if (this.#store.fault !== undefined) throw new StoreUnavailable(this.#store.fault);
    if (this.#pending.has(upload.id)) throw new Error(`the upload session ${upload.id} exists already`);
    if (upload.offset > 0 || this.#pending.size >= metadataLimits.pendingUploads)
      return this.#store.startUpload(upload);
    this.#pending.set(upload.id, { upload, since: this.#round });
    return true;
  }

  /** Runs work that needs the session's row, and writes the row before it. */
  async withRow<T>(id: string, work: () => Promise<T>): Promise<T> {
    const pending = this.#pending.get(id);
    if (!pending) return work();
    const [, result] = await Promise.all([this.#write(pending), work()]);
    return result;
  }

  async end(id: string): Promise<boolean> {
    return this.#take(id) !== undefined || this.withRow(id, () => this.#store.endUpload(id));
  }

  /**
   * Commits a blob and ends its session. If `write` answers false or fails, nothing was changed, and the session can
   * end again.
   */
  async commit<T>(blob: NewBlob, write: (blob: NewBlob) => Promise<T>): Promise<T> {
    const { upload, ...rest } = blob;
    const pending = this.#take(upload, blob.repository);
    if (!pending) return write(blob);
    try {
      const answer = await write(rest);
      if (answer === false) this.#pending.set(pending.upload.id, pending);
      return answer;
    } catch (error) {
      // Nothing was changed, so the session can end again. If the outcome is unknown, its bytes may belong to a blob
      // now, and the session must not continue.
      if (!(error instanceof OutcomeUnknown)) this.#pending.set(pending.upload.id, pending);
      throw error;
    }
  }

  async writeAll(): Promise<void> {
    await Promise.all([...this.#pending.values()].map((pending) => this.#write(pending)));
  }

  async close(): Promise<void> {
    this.#stopRounds();
    // A failing store loses them, as in a crash.
    await this.writeAll().catch(() => undefined);
  }

  /** Removes a session that has no row and no write of a row under way, and returns it. */
  #take(id: string | undefined, repository?: string): PendingUpload | undefined {
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (!pending || pending.row || (repository !== undefined && pending.upload.repository !== repository))
      return undefined;
    this.#pending.delete(pending.upload.id);
    return pending;
  }

  #write(pending: PendingUpload): Promise<void> {
    return (pending.row ??= this.#writeRow(pending));
  }

  async #writeRow(pending: PendingUpload): Promise<void> {
    try {
      await this.#store.startUpload(pending.upload);
      this.#pending.delete(pending.upload.id);
    } catch (error) {
      delete pending.row;
      throw error;
    }
  }

  /**
   * Writes the rows of sessions that have been pending for too long, a limited number at a time. Thousands of sessions
   * that one client starts at once must not delay the writes of other clients (M9).
   */
  async #writeOverdue(): Promise<void> {
    if (this.#isWriting) return;
    const latest = this.#round - metadataLimits.pendingUploadMs / metadataLimits.pendingUploadLookMs;
    const overdue: PendingUpload[] = [];
    for (const pending of this.#pending.values()) {
      if (pending.since <= latest && !pending.row) overdue.push(pending);
      if (overdue.length >= metadataLimits.pendingUploadRows) break;
    }
    if (overdue.length === 0) return;
    this.#isWriting = true;
    // A failed row is tried again in the next round.
    await Promise.allSettled(overdue.map((pending) => this.#write(pending)));
    this.#isWriting = false;
  }
}
