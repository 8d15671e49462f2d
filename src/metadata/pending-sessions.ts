import type { Clock } from "../base/clock.ts";
import { metadataLimits } from "./limits.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore, type NewBlob, type UploadRecord } from "./store.ts";

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

/** `PendingSessions` has the upload sessions that have no row yet (`PendingUploadsStore`). */
export class PendingSessions {
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
