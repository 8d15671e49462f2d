import { closeSync, ftruncateSync, promises as fs } from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory } from "../../base/fs/directory.ts";
import { storageLimits } from "../limits.ts";
import { Semaphore } from "../../base/async/semaphore.ts";
import type { Digest } from "../../oci/digest.ts";
import { UploadLost, type UploadWriter } from "../driver.ts";
import { errorCode, mapStorageErrors, sync, writeFully, writeFullySync } from "./files.ts";
import { objectKey, shardOf, uploadPath } from "./layout.ts";

/** The state that the writers of one driver share. */
export class Writers {
  readonly syncs = new Semaphore(storageLimits.concurrentSyncs);
  /** Number of open writers. */
  open = 0;

  /**
   * True if too many writers are open for asynchronous writes. While an asynchronous write waits, the server
   * continues to read that socket, up to about 2 MB. With many uploads at once that fills the memory. A synchronous
   * write leaves the bytes in the kernel (docs/decisions/0006).
   */
  get crowded(): boolean {
    return this.open > storageLimits.overlappedWrites;
  }
}

interface OpenUpload {
  readonly root: string;
  readonly id: string;
  /** File descriptor. */
  readonly file: number;
  readonly offset: number;
  readonly writers: Writers;
}

/** A writer that appends to the file of an upload session. */
export class FileWriter implements UploadWriter {
  readonly #upload: OpenUpload;
  /** True if this writer may have created the file, so that the file's name is not durable yet. */
  readonly #new: boolean;
  offset: number;

  constructor(upload: OpenUpload) {
    this.#upload = upload;
    this.#new = upload.offset === 0;
    this.offset = upload.offset;
    upload.writers.open += 1;
  }

  async write(chunk: Uint8Array): Promise<void> {
    const { file, writers } = this.#upload;
    await mapStorageErrors(() =>
      writers.crowded ? writeFullySync(file, chunk, this.offset) : writeFully(file, chunk, this.offset),
    );
    this.offset += chunk.length;
  }

  async sync(): Promise<void> {
    const { root, file, writers } = this.#upload;
    await mapStorageErrors(() =>
      writers.syncs.with(async () => {
        await sync(file);
        if (this.#new) await syncDirectory(join(root, "uploads"));
      }),
    );
  }

  async commit(digest: Digest): Promise<string> {
    const { root, id, file, writers } = this.#upload;
    // Not the session's id: a refused commit may be retried, and no key is ever used twice.
    const key = objectKey(digest, crypto.randomUUID());
    await mapStorageErrors(() =>
      writers.syncs.with(async () => {
        await sync(file);
        // A second name instead of a rename: until a row names the object, the session must keep its bytes after a
        // crash.
        await fs.link(uploadPath(root, id), join(root, key)).catch((error: unknown) => {
          throw errorCode(error) === "ENOENT" ? new UploadLost(`upload session ${id} was discarded`) : error;
        });
        await syncDirectory(join(root, shardOf(digest)));
      }),
    );
    return key;
  }

  async replace(key: string): Promise<void> {
    const { root, id, file, writers } = this.#upload;
    const path = join(root, key);
    await mapStorageErrors(() =>
      writers.syncs.with(async () => {
        await sync(file);
        await fs.rename(uploadPath(root, id), path).catch((error: unknown) => {
          throw errorCode(error) === "ENOENT" ? new UploadLost(`upload session ${id} was discarded`) : error;
        });
        await syncDirectory(dirname(path));
      }),
    );
  }

  async rollback(): Promise<void> {
    await mapStorageErrors(() => ftruncateSync(this.#upload.file, this.#upload.offset));
    this.offset = this.#upload.offset;
  }

  async close(): Promise<void> {
    this.#upload.writers.open -= 1;
    closeSync(this.#upload.file);
  }
}
