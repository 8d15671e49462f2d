/** Files that nobody but this process's user may read. */
import { constants, promises as fs } from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "./directory.ts";

/** The file cannot be used; the message says why, and what to do. */
export class PrivateFileError extends Error {}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** Undefined where there is no such file. Throws a PrivateFileError where others may read or write it. */
export async function readPrivateFile(path: string, maxBytes: number): Promise<string | undefined> {
  const file = await openThere(path);
  if (!file) return undefined;
  try {
    const { mode, size } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new PrivateFileError(
        `${path} may be read or written by others (mode ${(mode & 0o777).toString(8)}): ` +
          "remove it for a new one to be made, or, where nobody can have read it, make it yours alone with chmod 600",
      );
    }
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
    throw new PrivateFileError(`${path} cannot be read: ${message}`);
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
