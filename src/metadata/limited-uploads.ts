import { metadataLimits } from "./limits.ts";
import type { MetadataStore } from "./store.ts";

/**
 * Wraps a store so that each client has a bounded number of open upload sessions. Each session costs a row, and costs
 * its client nothing. The sessions are counted in memory. Sessions from before a restart count for no client; they
 * expire like all others.
 */
export function withUploadLimit<S extends MetadataStore>(
  store: S,
  most: number = metadataLimits.uploadSessionsOfClient,
): S {
  const open = new OpenUploads();
  /** Removes the session from the count, unless `write` answers false: then the session still exists. */
  const ending = async <T>(id: string | undefined, write: Promise<T>): Promise<T> => {
    const answer = await write;
    if (id !== undefined && answer !== false) open.end(id);
    return answer;
  };
  const limited: MetadataStore = {
    ...store,
    get fault() {
      return store.fault;
    },
    async startUpload(upload, client) {
      if (client === undefined) return store.startUpload(upload);
      if (open.of(client) >= most) return false;
      // Counted before the write: a client may start a thousand sessions at the same moment.
      open.begin(upload.id, client);
      try {
        return await store.startUpload(upload);
      } catch (error) {
        open.end(upload.id);
        throw error;
      }
    },
    endUpload: async (id) => {
      const ended = await store.endUpload(id);
      open.end(id);
      return ended;
    },
    expireUpload: (id, now) => ending(id, store.expireUpload(id, now)),
    commitBlob: (blob) => ending(blob.upload, store.commitBlob(blob)),
    recommitBlob: (blob) => ending(blob.upload, store.recommitBlob(blob)),
  };
  return limited as S;
}

/** Counts the open upload sessions of each client. */
class OpenUploads {
  readonly #clients = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  of(client: string): number {
    return this.#counts.get(client) ?? 0;
  }

  begin(id: string, client: string): void {
    this.#clients.set(id, client);
    this.#counts.set(client, this.of(client) + 1);
  }

  end(id: string): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    const left = this.of(client) - 1;
    if (left > 0) this.#counts.set(client, left);
    else this.#counts.delete(client);
  }
}
