/** Whose a file is: the usual reason for which a directory cannot be used. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Says in one clause which of these belongs to another user; undefined where none does. Looks at the directory, or the
 * nearest one above it that is there, and at the named files in it. Root may use the files of every user.
 */
export function otherOwner(directory: string, files: readonly string[]): string | undefined {
  const own = process.getuid?.();
  if (own === undefined || own === 0) return undefined;
  for (const path of [nearestThere(directory), ...files.map((file) => join(directory, file))]) {
    const owner = ownerOf(path);
    if (owner !== undefined && owner !== own) {
      return `${path} belongs to ${userNamed(owner)}, and this process runs as ${userNamed(own)}`;
    }
  }
  return undefined;
}

function nearestThere(path: string): string {
  let there = path;
  while (ownerOf(there) === undefined && dirname(there) !== there) there = dirname(there);
  return there;
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

/** With the name from the system's list, where it is in there. */
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
