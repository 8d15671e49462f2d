import { closeSync, constants, fsync as fsyncCallback, openSync, promises as fs } from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";

const fsync = promisify(fsyncCallback);

/** Only this process's user may look into what it makes. */
const directoryMode = 0o700;

/** Makes a directory's entries durable: a file that was synced under a name that was not can be lost. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await fsync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Makes a directory and those above it that are missing, each of them durable. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true, mode: directoryMode });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let made = resolve(path); made !== above; made = dirname(made)) await syncDirectory(dirname(made));
}
