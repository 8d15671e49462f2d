import { closeSync, openSync, readSync } from "node:fs";

/** Of the header, in numbers of four bytes: it counts commits, and ends with a checksum of itself. */
const [countAt, checksumAt, headerNumbers] = [2, 10, 12];

/**
 * Tells whether anybody has committed to a database since. SQLite publishes each commit, before it is answered, in the header
 * of the index of its write-ahead log (https://sqlite.org/walformat.html), which all connections share. `PRAGMA data_version`
 * tells the same, but takes three times as long, with locks (docs/lab/reads.md).
 */
export class CommitMark {
  readonly #file: number;
  readonly #header = new Uint32Array(headerNumbers);

  /** While a connection of this process is open that has read. */
  constructor(path: string) {
    this.#file = openSync(`${path}-shm`, "r");
  }

  read(): number {
    readSync(this.#file, this.#header, 0, this.#header.byteLength, 0);
    // The count begins anew when SQLite has to recover the index, so part of the checksum goes with it.
    return this.#header[countAt]! * 2 ** 20 + (this.#header[checksumAt]! >>> 12);
  }

  /** Not before the connections of this process are closed: the system would take their locks on the file with it. */
  close(): void {
    closeSync(this.#file);
  }
}
