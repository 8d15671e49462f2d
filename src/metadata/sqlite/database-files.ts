import { statSync } from "node:fs";

/** Suffixes of the database's file names: the database, its write-ahead log, and the index of the log. */
const suffixes = ["", "-wal", "-shm"] as const;

/**
 * The files of an open database, by device and inode. If they are removed or replaced, commits still go to the
 * open files and are lost when the process exits. So no commit may be acknowledged after that.
 */
export class DatabaseFiles {
  readonly #path: string;
  readonly #opened: readonly (string | undefined)[];

  /** Records the files. A connection that has read must be open, so that all three exist. */
  constructor(path: string) {
    this.#path = path;
    this.#opened = suffixes.map((suffix) => identityOf(path + suffix));
  }

  /** Describes a change of one of the files; undefined while all three names lead to the opened files. */
  change(): string | undefined {
    for (const [index, suffix] of suffixes.entries()) {
      const path = this.#path + suffix;
      const now = identityOf(path);
      if (now === this.#opened[index]) continue;
      return `${path} was ${now === undefined ? "removed" : "replaced"} while it is in use; restart with the right files`;
    }
    return undefined;
  }

  /** True if the database file itself is still in its place, whatever happened to its log. */
  get hasDatabase(): boolean {
    return identityOf(this.#path) === this.#opened[0];
  }

  /** Identifies the open files, to compare those of two processes. */
  get identity(): string {
    return this.#opened.join(" ");
  }
}

/** Device and inode of a file; undefined if it does not exist or cannot be examined. */
function identityOf(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && `${stats.dev}:${stats.ino}`;
  } catch {
    return undefined;
  }
}
