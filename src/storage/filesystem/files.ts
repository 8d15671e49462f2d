/** The few file operations that the driver is made of, on bare descriptors, with their errors named. */
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

/** Only this process's user may read what it stores. */
export const fileMode = 0o600;

/** Makes what was written to a descriptor durable. */
export const sync = promisify(fsyncCallback);
const unlink = promisify(unlinkCallback);

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

/** Runs a piece of file work and names its failure. */
export async function mapStorageErrors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStorageError(error);
  }
}

/**
 * A descriptor, or undefined where there is no such file. Never follows a link: nothing of ours is one. Does not wait for the
 * other end of a pipe that stands in a file's place. Synchronous, because it takes microseconds, and while a body's file is being opened its socket already fills our memory.
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
 * A missing file means something only where its directory is there, as it always is after the start. Otherwise the volume
 * is: whoever took that for lost bytes would throw away what comes back with it.
 */
export function requireDirectory(path: string): void {
  if (!statSync(dirname(path), { throwIfNoEntry: false })) throw new StorageFault(`${dirname(path)} is not there`);
}

/** A new file; anything that already stands there, also a link, is an error. */
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

/** Writes all of it: a single call may take less, and does so without an error when the disk fills up. */
export async function writeFully(file: number, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += requireProgress(await writeSome(file, bytes, done, position + done));
  }
}

/** The same, and nothing else happens meanwhile. */
export function writeFullySync(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += requireProgress(writeSync(file, bytes, done, bytes.length - done, position + done));
  }
}

function requireProgress(written: number): number {
  if (written === 0) throw new StorageFull("the file takes no more bytes");
  return written;
}

export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw asStorageError(error);
  }
}
