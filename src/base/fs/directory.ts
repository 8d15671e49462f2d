import { closeSync, constants, fsync as fsyncCallback, openSync, promises as fs } from "node:fs";
import { dirname, resolve } from "node:path";
import { promisify } from "node:util";

const fsync = promisify(fsyncCallback);

/** Mode of created directories: only the user of this process has access. */
const directoryMode = 0o700;

/** Makes a directory's entries durable. A synced file can be lost if its directory entry is not synced. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await fsync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Creates a directory and its missing parents, each of them durably. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await fs.mkdir(path, { recursive: true, mode: directoryMode });
  if (first === undefined) return;
  const above = dirname(resolve(first));
  for (let made = resolve(path); made !== above; made = dirname(made)) await syncDirectory(dirname(made));
}
