/** Files that contain private keys, and their permissions. */
import { constants, promises as fs } from "node:fs";
import { basename, dirname } from "node:path";
import { syncDirectory } from "./directory.ts";
import { kindFault } from "./regular-file.ts";
import { otherOwner } from "./ownership.ts";

/** The file cannot be used. The message says why, and what the operator can do. */
export class PrivateFileError extends Error {}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/**
 * What is wrong with the permissions of a file that contains a private key; undefined if they are right. The owner may
 * read and change it, and its group may read it (0640 is common, for a group of users that need keys). The rule is the
 * same for every key.
 */
export function permissionFault(path: string, mode: number): string | undefined {
  if ((mode & 0o027) === 0) return undefined;
  return (
    `${path} contains a private key, and other users may read or change it (mode ${(mode & 0o777).toString(8)}): ` +
    "use chmod 600, or chmod 640 for a group of users that need it, and replace the key if other users may have read it"
  );
}

/**
 * Reads a private file; undefined if it does not exist. Throws a PrivateFileError if other users may read or write it.
 */
export async function readPrivateFile(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await openIfExists(path);
  if (!file) return undefined;
  try {
    const stats = await file.stat();
    const kind = kindFault(stats);
    if (kind !== undefined) throw new PrivateFileError(`${path} ${kind}`);
    const fault = permissionFault(path, stats.mode);
    if (fault !== undefined) throw new PrivateFileError(fault);
    if (stats.size > maxBytes) throw new PrivateFileError(`${path} is larger than ${maxBytes} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openIfExists(path: string): Promise<fs.FileHandle | undefined> {
  try {
    return await fs.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") throw new PrivateFileError(`${path} is a link; replace it with the file itself`);
    const owner = otherOwner(dirname(path), [basename(path)]);
    throw new PrivateFileError(`${path} cannot be read: ${owner ?? message}`);
  }
}

/** Creates a file that exists completely or not at all, also after a power failure. */
export async function makePrivateFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  // An earlier start may have left it behind.
  await fs.rm(temporary, { force: true });
  const file = await fs.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(temporary, path);
  await syncDirectory(dirname(path));
}
