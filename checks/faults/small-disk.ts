/** A small disk that fills quickly. Only root may mount one, so tests that need it are skipped for other users. */
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly path: string;
  unmount(): void;
}

/** Undefined if this process may not mount. */
export function mountSmallDisk(bytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), "lading-small-disk-"));
  if (!succeeds(["mount", "-t", "tmpfs", "-o", `size=${bytes},mode=0700`, "tmpfs", path])) {
    rmdirSync(path);
    return undefined;
  }
  return {
    path,
    unmount() {
      // A lazy unmount: a file that is still open must not keep the mount forever.
      if (!succeeds(["umount", "-l", path])) throw new Error(`${path} cannot be unmounted`);
      rmdirSync(path);
    },
  };
}

export function canMountSmallDisk(): boolean {
  const disk = mountSmallDisk(64 * 1024);
  disk?.unmount();
  return disk !== undefined;
}

function succeeds(command: string[]): boolean {
  try {
    return Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).success;
  } catch {
    // The command does not exist.
    return false;
  }
}
