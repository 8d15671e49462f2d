/** Files that hold private keys, and who may read them. */
import { constants, promises as fs } from "node:fs";
import { basename, dirname } from "node:path";
import { syncDirectory } from "./directory.ts";
import { otherOwner } from "./ownership.ts";

/** The file cannot be used; the message says why, and what to do. */
export class PrivateFileError extends Error {}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * What is wrong with the permissions of a file that holds a private key; undefined where they are right. It may be read by its
 * owner and its group (0640 is common, with a group of those that need keys), and changed by its owner. One rule for every key.
 */
export function permissionFault(path: string, mode: number): string | undefined {
  if ((mode & 0o027) === 0) return undefined;
  return (
    `${path} holds a private key and may be read or changed by other users (mode ${(mode & 0o777).toString(8)}): ` +
    "use chmod 600, or chmod 640 for a group of users that need it, and replace the key if others can have read it"
  );
}

/** Undefined where there is no such file. Throws a PrivateFileError where others may read or write it. */
export async function readPrivateFile(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await openThere(path);
  if (!file) return undefined;
  try {
    const { mode, size } = await file.stat();
    const fault = permissionFault(path, mode);
    if (fault !== undefined) throw new PrivateFileError(fault);
    if (size > maxBytes) throw new PrivateFileError(`${path} is larger than ${maxBytes} bytes`);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openThere(path: string): Promise<fs.FileHandle | undefined> {
  try {
    return await fs.open(path, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") throw new PrivateFileError(`${path} is a link; put the file itself there`);
    const owner = otherOwner(dirname(path), [basename(path)]);
    throw new PrivateFileError(`${path} cannot be read: ${owner ?? message}`);
  }
}

/** Makes a file that is there as a whole or not at all, also after a power loss. */
export async function makePrivateFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  // Left behind by a start that broke off here.
  await fs.rm(beside, { force: true });
  const file = await fs.open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(beside, path);
  await syncDirectory(dirname(path));
}
