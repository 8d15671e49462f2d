/** Files that the operator names. Only regular files are read: a pipe may block forever, and a device may never end. */
import { closeSync, constants, fstatSync, openSync, promises as fs, readSync, type Stats } from "node:fs";

/** The file is not a regular one, or too large. The message follows the name of the file. */
class UnfitFileError extends Error {}

/** The open of a pipe without a writer blocks without `O_NONBLOCK`, which has no effect on regular files. */
const flags = constants.O_RDONLY | constants.O_NONBLOCK;

/** The content of a regular file, with its mode. */
export interface RegularFile {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** Reads a regular file, also through a link. `faultOf` says what an error means. */
export async function readRegularFile(path: string, maxBytes: number): Promise<RegularFile> {
  const file = await fs.open(path, flags);
  try {
    const stats = await file.stat();
    refuseOtherKinds(stats);
    const bytes = new Uint8Array(maxBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = (await file.read(bytes, length, bytes.length - length)).bytesRead;
    }
    refuseLarger(length, maxBytes);
    return { bytes: bytes.subarray(0, length), mode: stats.mode };
  } finally {
    await file.close();
  }
}

/** Reads a regular file as `readRegularFile` does, for a start that has nothing else to do. */
export function readRegularFileSync(path: string, maxBytes: number): Uint8Array {
  const file = openSync(path, flags);
  try {
    refuseOtherKinds(fstatSync(file));
    const bytes = new Uint8Array(maxBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    refuseLarger(length, maxBytes);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Returns why a file could not be read: words that follow its name. */
export function faultOf(error: unknown): string {
  if (error instanceof UnfitFileError) return error.message;
  const { code = "unknown error" } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? `cannot be read: ${code}`;
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "does not exist"],
  ["ENOTDIR", "does not exist"],
  ["EACCES", "cannot be read: this user has no permission"],
  ["EPERM", "cannot be read: this user has no permission"],
  ["ENAMETOOLONG", "is too long for a path"],
]);

/** Returns what is wrong with a file that is not a regular one: words that follow its name. */
export function kindFault(stats: Stats): string | undefined {
  if (stats.isDirectory()) return "is a directory; it must be a file";
  return stats.isFile() ? undefined : "is a pipe or a device; it must be a regular file";
}

function refuseOtherKinds(stats: Stats): void {
  const fault = kindFault(stats);
  if (fault !== undefined) throw new UnfitFileError(fault);
}

function refuseLarger(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new UnfitFileError(`is larger than ${maxBytes / 1024} KiB`);
}
