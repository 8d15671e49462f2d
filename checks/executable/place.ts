import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fromSource } from "../../test/support/command.ts";

const nobody = 65_534;
const asNobody = ["setpriv", "--reuid", String(nobody), "--regid", String(nobody), "--clear-groups"];

/** A folder with a copy of the executable, and the command lines that start it there. */
export class Place {
  /** The executable alone, with no file of the checkout next to it. */
  readonly executable: string;
  /** The source, with a copy of the runtime: no other process shares its memory. */
  readonly source: readonly string[];
  /** Whether another user can be tested: only root can start a process as another user. */
  readonly isRoot = process.getuid?.() === 0;
  readonly #path: string;

  constructor(path: string, built: string) {
    this.#path = path;
    chmodSync(path, 0o755);
    const [runtime, ...program] = fromSource;
    this.executable = this.#copy(built, "lading");
    this.source = [this.#copy(runtime!, "runtime"), ...program];
  }

  /** The command line of the executable, without privileges. */
  get unprivileged(): readonly string[] {
    return this.isRoot ? [...asNobody, this.executable] : [this.executable];
  }

  /** A new folder that the unprivileged process may write to. */
  folder(): string {
    const path = mkdtempSync(join(this.#path, "data-"));
    if (this.isRoot) chownSync(path, nobody, nobody);
    return path;
  }

  /**
   * The command line of the executable, in a mount namespace where all file systems of disks are read-only, and where
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

  #copy(from: string, name: string): string {
    const to = join(this.#path, name);
    copyFileSync(from, to);
    chmodSync(to, 0o755);
    return to;
  }
}
