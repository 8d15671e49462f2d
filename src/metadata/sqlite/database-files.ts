import { statSync } from "node:fs";

/** What SQLite adds to the name of the database for its write-ahead log and for the index of that. */
const suffixes = ["", "-wal", "-shm"] as const;

/**
 * The files of an open database, by device and inode. Who removes or replaces them leaves their names to other files: what is
 * committed to the open ones is gone with the process, so no commit may be acknowledged after that.
 */
export class DatabaseFiles {
  readonly #path: string;
  readonly #opened: readonly (string | undefined)[];

  /** While a connection is open that has read, so that all three are there. */
  constructor(path: string) {
    this.#path = path;
    this.#opened = suffixes.map((suffix) => identityOf(path + suffix));
  }

  /** What happened to one of the files; undefined while all three names lead to what was opened. */
  change(): string | undefined {
    for (const [index, suffix] of suffixes.entries()) {
      const path = this.#path + suffix;
      const now = identityOf(path);
      if (now === this.#opened[index]) continue;
      return `${path} was ${now === undefined ? "removed" : "replaced"} while it is in use; restart with the right files`;
    }
    return undefined;
  }

  /** Whether the database itself is still in its place, whatever became of its log. */
  get hasDatabase(): boolean {
    return identityOf(this.#path) === this.#opened[0];
  }

  /** To compare the files that two processes have open. */
  get identity(): string {
    return this.#opened.join(" ");
  }
}

/** Undefined where there is no such file, or none that can be looked at. */
function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.dev}:${stats.ino}`;
  } catch {
    return undefined;
  }
}
