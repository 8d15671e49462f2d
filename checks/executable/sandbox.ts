import { chmodSync, chownSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";

const otherUser = 65_534;
const asOtherUser = ["setpriv", "--reuid", String(otherUser), "--regid", String(otherUser), "--clear-groups"];

/** A folder for data, and the command lines that start an installed Lading without privileges. */
export class Sandbox {
  /** Whether another user can be tested: only root can start a process as another user. */
  readonly isRoot = process.getuid?.() === 0;
  readonly #path: string;
  readonly #command: readonly string[];

  constructor(path: string, command: readonly string[]) {
    this.#path = path;
    this.#command = command;
    chmodSync(path, 0o755);
  }

  /** The command line of Lading, without privileges. */
  get unprivileged(): readonly string[] {
    return this.isRoot ? [...asOtherUser, ...this.#command] : this.#command;
  }

  /** A new folder that the unprivileged process may write to. */
  folder(): string {
    const path = mkdtempSync(join(this.#path, "data-"));
    if (this.isRoot) chownSync(path, otherUser, otherUser);
    return path;
  }

  /**
   * The command line of Lading, in a mount namespace where all file systems of disks are read-only, and where
   * `writable` is the only folder for data.
   */
  readOnly(writable: string): readonly string[] {
    mkdirSync(writable, { recursive: true });
    const script = [
      "set -e",
      "mount --make-rprivate /",
      'mount -t tmpfs -o mode=0777 tmpfs "$0"',
      "mount -o remount,bind,ro /",
      // Fails unless the root is read-only now.
      'if (: > /lading-write-test) 2> /dev/null; then echo "the root is writable" >&2; exit 1; fi',
      'exec "$@"',
    ];
    const namespace = this.isRoot ? ["unshare", "--mount"] : ["unshare", "--mount", "--map-root-user"];
    return [...namespace, "sh", "-c", script.join("\n"), writable, ...this.unprivileged];
  }
}
