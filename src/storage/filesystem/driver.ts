import { constants, promises as fs, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { limits } from "../../base/limits.ts";
import { Semaphore } from "../../base/semaphore.ts";
import { encodedOf, type Digest } from "../../oci/digest.ts";
import { UploadLost, type StorageDriver, type UploadWriter } from "../driver.ts";
import {
  asStorageError,
  directoryMode,
  fileMode,
  openExisting,
  removeIfThere,
  syncDirectory,
  writeFully,
} from "./files.ts";

/**
 * The layout under its root:
 *
 *   uploads/<session id>                               bytes of a session; owned by the session's row
 *   blobs/<algorithm>/<first two digits>/<hex>.<id>    an object; the id is that of the session that made it, so that
 *                                                      no key is ever used a second time
 *
 * An object is synced, renamed to its key, and its directory synced, before any row may name it.
 */
export class FilesystemDriver implements StorageDriver {
  readonly #root: string;
  readonly #syncs = new Semaphore(limits.concurrentSyncs);

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes what is missing of the layout, durably, so that no write has to. */
  static async open(root: string): Promise<FilesystemDriver> {
    const driver = new FilesystemDriver(root);
    await makeDirectory(root);
    await makeDirectory(join(root, "uploads"));
    await makeDirectory(join(root, "blobs"));
    for (const algorithm of ["sha256", "sha512"]) await driver.#makeShards(algorithm);
    await syncDirectory(join(root, "blobs"));
    await syncDirectory(root);
    return driver;
  }

  async openUpload(id: string, offset: number): Promise<UploadWriter> {
    const path = this.#uploadPath(id);
    const existing = await openExisting(path, constants.O_RDWR);
    if (!existing && offset > 0) throw new UploadLost(`upload ${id} has none of ${offset} bytes`);
    const file = existing ?? (await createUpload(path));
    try {
      const { size } = await file.stat();
      if (size < offset) throw new UploadLost(`upload ${id} has ${size} of ${offset} bytes`);
      if (size > offset) await file.truncate(offset);
    } catch (error) {
      await file.close();
      throw asStorageError(error);
    }
    return new FileWriter({ root: this.#root, id, file, offset, syncs: this.#syncs });
  }

  async *readUpload(id: string, length: number): AsyncIterable<Uint8Array> {
    if (length === 0) return;
    const file = await openExisting(this.#uploadPath(id), constants.O_RDONLY);
    if (!file) throw new UploadLost(`upload ${id} has none of ${length} bytes`);
    try {
      const buffer = new Uint8Array(1024 * 1024);
      for (let at = 0; at < length;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - at), at);
        if (bytesRead === 0) throw new UploadLost(`upload ${id} has ${at} of ${length} bytes`);
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async discardUpload(id: string): Promise<void> {
    await removeIfThere(this.#uploadPath(id));
  }

  async listUploads(): Promise<string[]> {
    return fs.readdir(join(this.#root, "uploads"));
  }

  async open(key: string): Promise<Blob | undefined> {
    const path = join(this.#root, key);
    // Synchronous on purpose: it takes 2 µs, a promise takes thirty times as long (docs/decisions/0001).
    return statSync(path, { throwIfNoEntry: false })?.isFile() ? Bun.file(path) : undefined;
  }

  async remove(key: string): Promise<void> {
    await removeIfThere(join(this.#root, key));
  }

  async probe(): Promise<void> {
    const path = this.#uploadPath("probe");
    try {
      await fs.writeFile(path, "probe", { flush: true, mode: fileMode });
    } catch (error) {
      throw asStorageError(error);
    } finally {
      await removeIfThere(path);
    }
  }

  async #makeShards(algorithm: string): Promise<void> {
    const directory = join(this.#root, "blobs", algorithm);
    await makeDirectory(directory);
    const present = new Set(await fs.readdir(directory));
    for (let shard = 0; shard < 256; shard += 1) {
      const name = shard.toString(16).padStart(2, "0");
      if (!present.has(name)) await makeDirectory(join(directory, name));
    }
    await syncDirectory(directory);
  }

  #uploadPath(id: string): string {
    return uploadPath(this.#root, id);
  }
}

function uploadPath(root: string, id: string): string {
  return join(root, "uploads", id);
}

async function makeDirectory(path: string): Promise<void> {
  await fs.mkdir(path, { recursive: true, mode: directoryMode });
}

async function createUpload(path: string): Promise<FileHandle> {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    return await fs.open(path, flags, fileMode);
  } catch (error) {
    throw asStorageError(error);
  }
}

interface OpenUpload {
  readonly root: string;
  readonly id: string;
  readonly file: FileHandle;
  readonly offset: number;
  readonly syncs: Semaphore;
}

class FileWriter implements UploadWriter {
  readonly #upload: OpenUpload;
  /** A file that this writer may have made: its name is not durable yet. */
  readonly #new: boolean;
  offset: number;

  constructor(upload: OpenUpload) {
    this.#upload = upload;
    this.#new = upload.offset === 0;
    this.offset = upload.offset;
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      await writeFully(this.#upload.file, chunk, this.offset);
    } catch (error) {
      throw asStorageError(error);
    }
    this.offset += chunk.length;
  }

  async keep(): Promise<void> {
    await this.#sync(async () => {
      await this.#upload.file.sync();
      if (this.#new) await syncDirectory(join(this.#upload.root, "uploads"));
    });
  }

  async commit(digest: Digest): Promise<string> {
    const { root, id, file } = this.#upload;
    const directory = shardOf(digest);
    const key = join(directory, `${encodedOf(digest)}.${id}`);
    await this.#sync(async () => {
      await file.sync();
      await fs.rename(uploadPath(root, id), join(root, key));
      await syncDirectory(join(root, directory));
    });
    return key;
  }

  async close(): Promise<void> {
    await this.#upload.file.close();
  }

  async #sync(work: () => Promise<void>): Promise<void> {
    try {
      await this.#upload.syncs.with(work);
    } catch (error) {
      throw asStorageError(error);
    }
  }
}

function shardOf(digest: Digest): string {
  const algorithm = digest.slice(0, digest.indexOf(":"));
  return join("blobs", algorithm, encodedOf(digest).slice(0, 2));
}
