/** The owners of files. A wrong owner is the usual reason why a directory cannot be used. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Says in one clause which of the paths belongs to another user; undefined if none does. It checks the directory or its
 * nearest existing parent, and the named files in it. Root may use the files of every user.
 */
export function otherOwner(directory: string, files: readonly string[]): string | undefined {
  const own = process.getuid?.();
  if (own === undefined || own === 0) return undefined;
  for (const path of [nearestExisting(directory), ...files.map((file) => join(directory, file))]) {
    const owner = ownerOf(path);
    if (owner !== undefined && owner !== own) {
      return `${path} belongs to ${userNamed(owner)}, and this process runs as ${userNamed(own)}`;
    }
  }
  return undefined;
}

function nearestExisting(path: string): string {
  let existing = path;
  while (ownerOf(existing) === undefined && dirname(existing) !== existing) existing = dirname(existing);
  return existing;
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

/** The user's name and id, or only the id if the system's list does not have it. */
function userNamed(uid: number): string {
  try {
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((one) => one.split(":")[2] === String(uid));
    return line === undefined ? `user ${uid}` : `user ${line.split(":")[0]} (${uid})`;
  } catch {
    return `user ${uid}`;
  }
}
