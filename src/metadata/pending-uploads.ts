import { metadataLimits } from "./limits.ts";
import { OutcomeUnknown, StoreUnavailable, type MetadataStore, type NewBlob, type UploadRecord } from "./store.ts";

/** A store that holds upload sessions in memory as long as nothing has come to them. */
export interface FreshUploadsStore extends MetadataStore {
  /** The session, where it has no row yet. */
  readonly pendingUpload: (id: string) => UploadRecord | undefined;
}

/**
 * Most upload sessions end with the request that follows the one that began them, and then no row was needed. So a session has
 * its row once bytes of it are to be kept, once it has waited for a moment (`metadataLimits.pendingUploadMs`), or when the store is closed.
 * What a crash can take is a session of the last moment to which nothing had come (docs/decisions/0015).
 */
export function withPendingUploads(store: MetadataStore): FreshUploadsStore {
  const fresh = new PendingUploads(store);
  return {
    ...store,
    get fault() {
      return store.fault;
    },
    pendingUpload: (id) => fresh.get(id),
    startUpload: (upload) => fresh.start(upload),
    upload: async (repository, id) => {
      const upload = fresh.get(id) ?? (await store.upload(repository, id));
      return upload?.repository === repository ? upload : undefined;
    },
    advanceUpload: (id, ...change) => fresh.withRow(id, () => store.advanceUpload(id, ...change)),
    expireUpload: (id, now) => fresh.withRow(id, () => store.expireUpload(id, now)),
    async expiredUploads(now, limit) {
      await fresh.writeAll();
      return store.expiredUploads(now, limit);
    },
    async knownUploads(ids) {
      // Asked first: one that gets its row meanwhile is in the one or in the other.
      const held = new Set(ids.filter((id) => fresh.get(id)));
      const rows = new Set(await store.knownUploads(ids));
      return ids.filter((id) => held.has(id) || rows.has(id));
    },
    endUpload: (id) => fresh.end(id),
    commitBlob: (blob) => fresh.commit(blob, (named) => store.commitBlob(named)),
    recommitBlob: (blob) => fresh.commit(blob, (named) => store.recommitBlob(named)),
    async close() {
      await fresh.close();
      await store.close();
    },
  };
}

interface Held {
  readonly upload: UploadRecord;
  /** When it was started, by `performance.now`. */
  readonly since: number;
  /** Under way. The writes of a store take effect in the order in which they were asked for, so later ones need not wait. */
  row?: Promise<void>;
}

class PendingUploads {
  readonly #store: MetadataStore;
  readonly #held = new Map<string, Held>();
  readonly #looking: NodeJS.Timeout;
  #writesWaiting = false;

  constructor(store: MetadataStore) {
    this.#store = store;
    this.#looking = setInterval(() => void this.#writeWaiting(), metadataLimits.pendingUploadLookMs);
  }

  get(id: string): UploadRecord | undefined {
    return this.#held.get(id)?.upload;
  }

  async start(upload: UploadRecord): Promise<boolean> {
    if (this.#store.fault !== undefined) throw new StoreUnavailable(this.#store.fault);
    if (this.#held.has(upload.id)) throw new Error(`there is an upload session ${upload.id} already`);
    if (upload.offset > 0 || this.#held.size >= metadataLimits.pendingUploads) return this.#store.startUpload(upload);
    this.#held.set(upload.id, { upload, since: performance.now() });
    return true;
  }

  /** Does what needs a row. */
  async withRow<T>(id: string, work: () => Promise<T>): Promise<T> {
    const held = this.#held.get(id);
    if (!held) return work();
    const [, result] = await Promise.all([this.#write(held), work()]);
    return result;
  }

  async end(id: string): Promise<boolean> {
    return this.#take(id) !== undefined || this.withRow(id, () => this.#store.endUpload(id));
  }

  /** `write` answers false where nothing was changed: then the session can end again. */
  async commit<T>(blob: NewBlob, write: (blob: NewBlob) => Promise<T>): Promise<T> {
    const { upload, ...rest } = blob;
    const held = this.#take(upload, blob.repository);
    if (!held) return write(blob);
    try {
      const answer = await write(rest);
      if (answer === false) this.#held.set(held.upload.id, held);
      return answer;
    } catch (error) {
      // Nothing was changed: the session can end again. Otherwise its bytes may be those of a blob now, and it must not go on.
      if (!(error instanceof OutcomeUnknown)) this.#held.set(held.upload.id, held);
      throw error;
    }
  }

  async writeAll(): Promise<void> {
    await Promise.all([...this.#held.values()].map((held) => this.#write(held)));
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    // A store that fails keeps none of them, as after a crash.
    await this.writeAll().catch(() => undefined);
  }

  /** Takes out one that has no row, nor will have one. */
  #take(id: string | undefined, repository?: string): Held | undefined {
    const held = id === undefined ? undefined : this.#held.get(id);
    if (!held || held.row || (repository !== undefined && held.upload.repository !== repository)) return undefined;
    this.#held.delete(held.upload.id);
    return held;
  }

  #write(held: Held): Promise<void> {
    return (held.row ??= this.#writeRow(held));
  }

  async #writeRow(held: Held): Promise<void> {
    try {
      await this.#store.startUpload(held.upload);
      this.#held.delete(held.upload.id);
    } catch (error) {
      delete held.row;
      throw error;
    }
  }

  /** Some at a time: thousands of upload sessions that somebody starts at once must not delay the writes of others (M9). */
  async #writeWaiting(): Promise<void> {
    if (this.#writesWaiting) return;
    const latest = performance.now() - metadataLimits.pendingUploadMs;
    const waiting: Held[] = [];
    for (const held of this.#held.values()) {
      if (held.since <= latest && !held.row) waiting.push(held);
      if (waiting.length >= metadataLimits.pendingUploadRows) break;
    }
    if (waiting.length === 0) return;
    this.#writesWaiting = true;
    // What cannot be written now is tried again.
    await Promise.allSettled(waiting.map((held) => this.#write(held)));
    this.#writesWaiting = false;
  }
}
