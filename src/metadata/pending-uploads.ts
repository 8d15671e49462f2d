import type { Clock } from "../base/clock.ts";
import { PendingSessions } from "./pending-sessions.ts";
import { StoreDecorator } from "./store-decorator.ts";
import type { MetadataStore, NewBlob, UploadRecord } from "./store.ts";
import type { RepositoryName } from "../oci/repository-name.ts";

/**
 * A store in which a new upload session is pending, which means in memory only. Most sessions end with the next request and
 * never need a row. A session gets its row when bytes of it are to be stored, when it has been pending for
 * `metadataLimits.pendingUploadMs`, or when the store is closed. A crash can lose only sessions of the last moment that have no
 * bytes (docs/decisions/0015).
 */
export class PendingUploadsStore extends StoreDecorator {
  readonly #uploads: PendingSessions;

  constructor(inner: MetadataStore, clock: Clock) {
    super(inner);
    this.#uploads = new PendingSessions(inner, clock);
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
