import { closeSync, openSync, readSync } from "node:fs";

/**
 * Fields of the header as indexes of 32-bit numbers: the count of commits, the checksum of the header, and the header's
 * length.
 */
const [countAt, checksumAt, headerNumbers] = [2, 10, 12];

/**
 * A number that changes when any process commits to a database. SQLite publishes each commit, before it is
 * acknowledged, in the header of the index of its write-ahead log (https://sqlite.org/walformat.html). All connections
 * share that index. `PRAGMA data_version` tells the same, but takes three times as long, with locks
 * (docs/lab/reads.md).
 */
export class CommitMark {
  readonly #file: number;
  readonly #header = new Uint32Array(headerNumbers);

  /** Opens the index. A connection of this process that has read must be open, so that the file exists. */
  constructor(path: string) {
    this.#file = openSync(`${path}-shm`, "r");
  }

  read(): number {
    readSync(this.#file, this.#header, 0, this.#header.byteLength, 0);
    // The count restarts when SQLite has to recover the index, so the result includes part of the checksum.
    return this.#header[countAt]! * 2 ** 20 + (this.#header[checksumAt]! >>> 12);
  }

  /**
   * Closes the file. Call it after the connections of this process are closed: closing it earlier would release their
   * locks on the file.
   */
  close(): void {
    closeSync(this.#file);
  }
}
