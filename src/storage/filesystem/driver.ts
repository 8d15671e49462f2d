import { constants, promises as fs, statSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { algorithms } from "../../oci/digest.ts";
import { StorageFault, UploadLost, type StorageDriver, type UploadWriter } from "../driver.ts";
import { directoryMode, fileMode, openExisting, removeIfThere, storing, syncDirectory } from "./files.ts";
import { uploadPath } from "./layout.ts";
import { FileWriter, Writers } from "./writer.ts";

/** Bytes in the files of one directory tree; `layout.ts` draws it. */
export class FilesystemDriver implements StorageDriver {
  readonly #root: string;
  readonly #writers = new Writers();

  private constructor(root: string) {
    this.#root = root;
  }

  /** Makes what is missing of the layout, durably, so that no write has to. */
  static async open(root: string): Promise<FilesystemDriver> {
    await storing(() => makeLayout(root));
    return new FilesystemDriver(root);
  }

  async openUpload(id: string, offset: number): Promise<UploadWriter> {
    const path = uploadPath(this.#root, id);
    const existing = await openExisting(path, constants.O_RDWR);
    if (!existing && offset > 0) throw new UploadLost(`upload ${id} has none of ${offset} bytes`);
    const file = existing ?? (await storing(() => create(path)));
    try {
      await storing(() => cutTo(file, offset, id));
    } catch (error) {
      await file.close();
      throw error;
    }
    return new FileWriter({ root: this.#root, id, file, offset, writers: this.#writers });
  }

  async *readUpload(id: string, length: number): AsyncIterable<Uint8Array> {
    if (length === 0) return;
    const file = await openExisting(uploadPath(this.#root, id), constants.O_RDONLY);
    if (!file) throw new UploadLost(`upload ${id} has none of ${length} bytes`);
    try {
      const buffer = new Uint8Array(1024 * 1024);
      for (let at = 0; at < length;) {
        const wanted = Math.min(buffer.length, length - at);
        const { bytesRead } = await storing(() => file.read(buffer, 0, wanted, at));
        if (bytesRead === 0) throw new UploadLost(`upload ${id} has ${at} of ${length} bytes`);
        yield buffer.subarray(0, bytesRead);
        at += bytesRead;
      }
    } finally {
      await file.close();
    }
  }

  async discardUpload(id: string): Promise<void> {
    await removeIfThere(uploadPath(this.#root, id));
  }

  listUploads(): Promise<string[]> {
    return storing(() => fs.readdir(join(this.#root, "uploads")));
  }

  async open(key: string): Promise<Blob | undefined> {
    const path = join(this.#root, key);
    try {
      // Synchronous on purpose: it takes 2 µs, a promise takes thirty times as long (docs/decisions/0001).
      return statSync(path, { throwIfNoEntry: false })?.isFile() ? Bun.file(path) : undefined;
    } catch (error) {
      throw new StorageFault((error as Error).message);
    }
  }

  async remove(key: string): Promise<void> {
    await removeIfThere(join(this.#root, key));
  }

  async probe(): Promise<void> {
    const path = join(this.#root, `probe.${crypto.randomUUID()}`);
    try {
      await storing(async () => {
        const file = await create(path);
        await file.write("probe");
        await file.sync();
        await file.close();
      });
    } finally {
      await removeIfThere(path);
    }
  }
}

async function makeLayout(root: string): Promise<void> {
  await makeDirectory(root);
  await syncDirectory(dirname(root));
  await makeDirectory(join(root, "uploads"));
  for (const algorithm of Object.keys(algorithms)) await makeShards(join(root, "blobs", algorithm));
  await syncDirectory(join(root, "blobs"));
  await syncDirectory(root);
}

async function makeShards(directory: string): Promise<void> {
  await makeDirectory(directory);
  const present = new Set(await fs.readdir(directory));
  for (let shard = 0; shard < 256; shard += 1) {
    const name = shard.toString(16).padStart(2, "0");
    if (!present.has(name)) await makeDirectory(join(directory, name));
  }
  await syncDirectory(directory);
}

async function makeDirectory(path: string): Promise<void> {
  await fs.mkdir(path, { recursive: true, mode: directoryMode });
}

/** A new file; anything that already stands there, also a link, is an error. */
function create(path: string): Promise<FileHandle> {
  return fs.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, fileMode);
}

async function cutTo(file: FileHandle, offset: number, id: string): Promise<void> {
  const { size } = await file.stat();
  if (size < offset) throw new UploadLost(`upload ${id} has ${size} of ${offset} bytes`);
  if (size > offset) await file.truncate(offset);
}
