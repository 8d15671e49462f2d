import { metadataLimits } from "./limits.ts";
import { StoreDecorator } from "./store-decorator.ts";
import type { MetadataStore, NewBlob, UploadRecord } from "./store.ts";

/**
 * A store in which each client has a bounded number of open upload sessions. Each session costs a row, and costs its client
 * nothing. The sessions are counted in memory. Sessions from before a restart count for no client; they expire like all others.
 */
export class LimitedUploadsStore extends StoreDecorator {
  readonly #most: number;
  readonly #open = new OpenUploads();

  constructor(inner: MetadataStore, most: number = metadataLimits.uploadSessionsOfClient) {
    super(inner);
    this.#most = most;
  }

  override async startUpload(upload: UploadRecord, client?: string): Promise<boolean> {
    if (client === undefined) return this.inner.startUpload(upload);
    if (this.#open.of(client) >= this.#most) return false;
    // Counted before the write: a client may start a thousand sessions at the same moment.
    this.#open.begin(upload.id, client);
    try {
      return await this.inner.startUpload(upload);
    } catch (error) {
      this.#open.end(upload.id);
      throw error;
    }
  }

  override async endUpload(id: string): Promise<boolean> {
    const ended = await this.inner.endUpload(id);
    this.#open.end(id);
    return ended;
  }

  override expireUpload(id: string, now: number): Promise<boolean> {
    return this.#ending(id, this.inner.expireUpload(id, now));
  }

  override commitBlob(blob: NewBlob): ReturnType<MetadataStore["commitBlob"]> {
    return this.#ending(blob.upload, this.inner.commitBlob(blob));
  }

  override recommitBlob(blob: Omit<NewBlob, "bytes">): Promise<boolean | undefined> {
    return this.#ending(blob.upload, this.inner.recommitBlob(blob));
  }

  /** Removes the session from the count, unless `write` answers false: then the session still exists. */
  async #ending<T>(id: string | undefined, write: Promise<T>): Promise<T> {
    const answer = await write;
    if (id !== undefined && answer !== false) this.#open.end(id);
    return answer;
  }
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
