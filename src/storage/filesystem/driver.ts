import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  promises as fs,
  read as readCallback,
  readSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeDirectory } from "../../base/fs/directory.ts";
import { algorithms } from "../../oci/digest.ts";
import { UploadLost, type StorageDriver, type UploadWriter } from "../driver.ts";
import {
  asStorageError,
  createFile,
  openExisting,
  requireDirectory,
  removeIfThere,
  mapStorageErrors,
  sync,
  writeFully,
} from "./files.ts";
import { shardNames, shards, uploadPath } from "./layout.ts";
import { FileWriter, Writers } from "./writer.ts";

const read = promisify(readCallback);

/** A driver that stores bytes in the files of one directory tree. `layout.ts` describes the tree. */
export class FilesystemDriver implements StorageDriver {
  readonly #root: string;
  readonly #writers = new Writers();

  private constructor(root: string) {
    this.#root = root;
  }

  /** Opens the storage under `root`. Creates the missing directories durably, so that no write has to create one. */
  static async open(root: string): Promise<FilesystemDriver> {
    await mapStorageErrors(() => makeLayout(root));
    return new FilesystemDriver(root);
  }

  async openUpload(id: string, offset: number): Promise<UploadWriter> {
    const path = uploadPath(this.#root, id);
    const existing = openExisting(path, constants.O_RDWR);
    if (existing === undefined && offset > 0)
      throw new UploadLost(`upload session ${id} has none of its ${offset} bytes`);
    const file = existing ?? createFile(path);
    try {
      cutTo(file, offset, id);
    } catch (error) {
      closeSync(file);
      throw asStorageError(error);
    }
    return new FileWriter({ root: this.#root, id, file, offset, writers: this.#writers });
  }

  async *readUpload(id: string, length: number): AsyncIterable<Uint8Array> {
    if (length === 0) return;
    const file = openExisting(uploadPath(this.#root, id), constants.O_RDONLY);
    if (file === undefined) throw new UploadLost(`upload session ${id} has none of its ${length} bytes`);
    try {
      const buffer = new Uint8Array(1024 * 1024);
      for (let at = 0; at < length;) {
        const slice = Math.min(buffer.length, length - at);
        const { bytesRead } = await mapStorageErrors(() => read(file, buffer, 0, slice, at));
        if (bytesRead === 0) throw new UploadLost(`upload session ${id} has ${at} of ${length} bytes`);
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      closeSync(file);
    }
  }

  uploadFile(id: string): string {
    return uploadPath(this.#root, id);
  }

  async discardUpload(id: string): Promise<void> {
    await removeIfThere(uploadPath(this.#root, id));
  }

  listUploads(): Promise<string[]> {
    return mapStorageErrors(() => fs.readdir(join(this.#root, "uploads")));
  }

  async open(key: string): Promise<Blob | undefined> {
    const path = this.#pathOf(key);
    return sizeOfFile(path) === undefined ? undefined : Bun.file(path);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return sizeOfFile(this.#pathOf(key));
  }

  async read(key: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#pathOf(key);
    // This also refuses a link, a directory or a pipe in the place of the file.
    if (sizeOfFile(path) !== size) return undefined;
    const file = openExisting(path, constants.O_RDONLY);
    if (file === undefined) return undefined;
    try {
      // One byte more than expected, to notice a longer file.
      const buffer = new Uint8Array(size + 1);
      const found = readSync(file, buffer, 0, size + 1, 0);
      return found === size ? buffer.subarray(0, size) : undefined;
    } catch (error) {
      throw asStorageError(error);
    } finally {
      closeSync(file);
    }
  }

  readonly shards = shards;

  async listObjects(shard: string): Promise<string[]> {
    const names = await mapStorageErrors(() => fs.readdir(join(this.#root, shard)));
    return names.map((name) => join(shard, name));
  }

  async timeOf(key: string): Promise<number | undefined> {
    // The change time: linking sets it, an earlier write does not. An upload may be much older than its object.
    return statsOfFile(this.#pathOf(key))?.ctimeMs;
  }

  async remove(key: string): Promise<void> {
    await removeIfThere(this.#pathOf(key));
  }

  /**
   * Joins without `path.join`: keys are paths already, and to normalize them takes longer than the system call that
   * follows.
   */
  #pathOf(key: string): string {
    return `${this.#root}/${key}`;
  }

  async probe(): Promise<void> {
    // The file is among the uploads, so the sweep removes it after a crash.
    const path = uploadPath(this.#root, `probe.${crypto.randomUUID()}`);
    const file = createFile(path);
    try {
      await mapStorageErrors(() => writeFully(file, new Uint8Array(1), 0));
      await mapStorageErrors(() => this.#writers.syncs.with(() => sync(file)));
    } finally {
      closeSync(file);
      await removeIfThere(path);
    }
  }
}

/** Size of a file in bytes; undefined if no such file exists. */
function sizeOfFile(path: string): number | undefined {
  return statsOfFile(path)?.size;
}

function statsOfFile(path: string): Stats | undefined {
  try {
    // Synchronous on purpose: it takes 2 µs, a promise takes thirty times as long (docs/decisions/0001). Links are not
    // followed, because Lading creates none.
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isFile()) return stats;
  } catch (error) {
    throw asStorageError(error);
  }
  requireDirectory(path);
  return undefined;
}

async function makeLayout(root: string): Promise<void> {
  await makeDirectory(root);
  await makeDirectory(join(root, "uploads"));
  for (const algorithm of Object.keys(algorithms)) await makeShards(join(root, "blobs", algorithm));
}

async function makeShards(directory: string): Promise<void> {
  await makeDirectory(directory);
  const present = new Set(await fs.readdir(directory));
  for (const name of shardNames) if (!present.has(name)) await makeDirectory(join(directory, name));
}

function cutTo(file: number, offset: number, id: string): void {
  const { size } = fstatSync(file);
  if (size < offset) throw new UploadLost(`upload session ${id} has ${size} of ${offset} bytes`);
  if (size > offset) ftruncateSync(file, offset);
}
