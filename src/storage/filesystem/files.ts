/**
 * The file operations that the driver uses, on plain file descriptors. Their errors are those of the driver's
 * interface.
 */
import {
  constants,
  fsync as fsyncCallback,
  openSync,
  statSync,
  unlink as unlinkCallback,
  write as writeCallback,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { UnavailableError } from "../../oci/errors.ts";
import { StorageFault, StorageFull, UploadLost } from "../driver.ts";

/** Mode of stored files: only the user of this process may read and write them. */
export const fileMode = 0o600;

/** Makes the bytes written to a descriptor durable. */
export const sync = promisify(fsyncCallback);
const unlink = promisify(unlinkCallback);

/** Returns the code of a system error, such as `ENOENT`; undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** Translates an error to one of the driver's interface. An error of the interface stays unchanged. */
export function asStorageError(error: unknown): Error {
  if (error instanceof UnavailableError || error instanceof UploadLost) return error;
  const code = errorCode(error);
  const message = (error as Error).message;
  return code === "ENOSPC" || code === "EDQUOT" ? new StorageFull(message) : new StorageFault(message);
}

/** Runs file work and translates its error with `asStorageError`. */
export async function mapStorageErrors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStorageError(error);
  }
}

/**
 * Opens an existing file and returns its descriptor; undefined if no such file exists. It never follows a link, because
 * Lading creates none, and does not block on a pipe in a file's place. It is synchronous because it takes microseconds,
 * and because the socket of a body fills the memory while the body's file is being opened.
 */
export function openExisting(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw asStorageError(error);
    requireDirectory(path);
    return undefined;
  }
}

/**
 * Throws StorageFault unless the directory of a path exists. A missing file means something only if its directory
 * exists, as it always does after the start. If the directory is missing too, the volume is missing: to treat its bytes
 * as lost would discard rows of bytes that come back with the volume.
 */
export function requireDirectory(path: string): void {
  if (!statSync(dirname(path), { throwIfNoEntry: false }))
    throw new StorageFault(`directory ${dirname(path)} is missing`);
}

/** Creates a new file and returns its descriptor. Any existing entry at the path, also a link, is an error. */
export function createFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, fileMode);
  } catch (error) {
    throw asStorageError(error);
  }
}

function writeSome(file: number, bytes: Uint8Array, from: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    writeCallback(file, bytes, from, bytes.length - from, position, (error, written) => {
      if (error) reject(error);
      else resolve(written);
    });
  });
}

/**
 * Writes all bytes at a position. A single write call may write fewer, and does so without an error when the disk fills
 * up.
 */
export async function writeFully(file: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += requireProgress(await writeSome(file, bytes, done, position + done));
  }
}

/** Like `writeFully`, but synchronous. */
export function writeFullySync(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += requireProgress(writeSync(file, bytes, done, bytes.length - done, position + done));
  }
}

function requireProgress(written: number): number {
  if (written === 0) throw new StorageFull("the file accepts no more bytes");
  return written;
}

/** Removes a file; not an error if it is missing. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw asStorageError(error);
  }
}
