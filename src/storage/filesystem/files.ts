/** The few file operations that the driver is made of, with their errors named. */
import { constants, promises as fs, writeSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { UnavailableError } from "../../oci/errors.ts";
import { StorageFault, StorageFull, UploadLost } from "../driver.ts";

/** Only this process's user may read what it stores. */
export const fileMode = 0o600;
export const directoryMode = 0o700;

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** The same failure, as the driver's interface names it. */
export function asStorageError(error: unknown): Error {
  if (error instanceof UnavailableError || error instanceof UploadLost) return error;
  const code = errorCode(error);
  const message = (error as Error).message;
  return code === "ENOSPC" || code === "EDQUOT" ? new StorageFull(message) : new StorageFault(message);
}

/** Undefined where there is no such file. Never follows a link: nothing of ours is one. */
export async function openExisting(path: string, flags: number): Promise<FileHandle | undefined> {
  try {
    return await fs.open(path, flags | constants.O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw asStorageError(error);
  }
}

/** Writes all of it: a single call may take less, and does so without an error when the disk fills up. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw new StorageFull("the file takes no more bytes");
    done += bytesWritten;
  }
}

/** The same, and nothing else happens meanwhile. */
export function writeFullySync(file: FileHandle, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const written = writeSync(file.fd, bytes, done, bytes.length - done, position + done);
    if (written === 0) throw new StorageFull("the file takes no more bytes");
    done += written;
  }
}

/** Runs a piece of file work and names its failure. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStorageError(error);
  }
}

/** Makes a directory's entries durable: a file that was synced under a name that was not can be lost. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export async function removeIfThere(path: string): Promise<void> {
  try {
    await fs.unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw asStorageError(error);
  }
}
