/** A data directory with many manifests. The operations of the store write it, because HTTP would take hours. */
import type { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { imageManifest, randomBytes, smallBlob, type Blob } from "../../src/loadtest/content.ts";
import type { Client } from "../../src/loadtest/http/client.ts";
import { pushBlob } from "../../src/loadtest/push.ts";
import { writes } from "../../src/metadata/sql/operations.ts";
import { drive, openForWriting } from "../../src/metadata/sqlite/connection.ts";
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { resolvedReferences } from "../../src/metadata/store.ts";
import { packManifest } from "../../src/oci/packed-manifest.ts";
import type { Tag } from "../../src/oci/reference.ts";
import type { RepositoryName } from "../../src/oci/repository-name.ts";

/** The repository with the blobs of every manifest. It is the first one in the catalogue. */
export const origin = "curves/a" as RepositoryName;
const rowsInTransaction = 20_000;
/** The cache size of this connection only. The connections of the registry have their usual size. */
const cacheKiB = 2_000_000;
/** Longer than any run, so that no read has to renew a pin. */
const pinnedMs = 24 * 60 * 60 * 1000;

/**
 * Images that are distributed over repositories, each with a separate tag. All names and bytes follow from the number
 * of the image.
 */
export class Dataset {
  readonly manifests: number;
  readonly repositories: number;
  readonly #blobs: readonly [Blob, Blob] = [smallBlob(randomBytes), smallBlob(randomBytes)];
  readonly #image = Buffer.from(imageManifest(this.#blobs)).toString();

  /** The manifest is parsed once, because manifests differ only in an annotation, which no row contains. */
  readonly #packed = packManifest(parseManifest(this.bytesOf(0), mediaTypes.ociManifest));

  constructor({ manifests, repositories }: { readonly manifests: number; readonly repositories: number }) {
    this.manifests = manifests;
    this.repositories = repositories;
  }

  get blobs(): readonly Digest[] {
    return this.#blobs.map(({ digest }) => digest);
  }

  repositoryOf(nth: number): RepositoryName {
    return `curves/r${digits(nth % this.repositories)}` as RepositoryName;
  }

  tagOf(nth: number): Tag {
    return `v${digits(nth)}` as Tag;
  }

  /** Texts that are not numbers make manifests that are not in the dataset. */
  bytesOf(nth: number | string): Uint8Array {
    return Buffer.from(`${this.#image.slice(0, -1)},"annotations":{"nth":"${nth}"}}`);
  }

  /** Pushes the blobs over HTTP, which also creates the database. */
  async pushBlobs(client: Client): Promise<void> {
    for (const blob of this.#blobs) await pushBlob(client, origin, blob);
  }

  /** Fills the directory, which no registry may use meanwhile. The data is synced at the end. */
  fill(data: string): void {
    const path = join(data, "metadata.sqlite");
    const database = openForWriting(path);
    database.run(`PRAGMA cache_size = -${cacheKiB}`);
    database.run("PRAGMA synchronous = OFF");
    inTransactions(database, this.repositories, (nth) => this.#link(database, nth));
    inTransactions(database, this.manifests, (nth) => this.#put(database, nth));
    database.close();
    const file = openSync(path, "r+");
    fsyncSync(file);
    closeSync(file);
  }

  #link(database: Database, nth: number): void {
    const now = Date.now();
    const to = this.repositoryOf(nth);
    for (const digest of this.blobs) drive(database, writes.mountBlob(origin, to, digest, now, now + pinnedMs));
  }

  #put(database: Database, nth: number): void {
    const bytes = this.bytesOf(nth);
    const at = Date.now();
    const references = resolvedReferences(this.blobs);
    const push = { bytes, digest: digestOf(bytes), packed: this.#packed, references, at, pinnedUntil: at + pinnedMs };
    drive(database, writes.putManifest({ ...push, repository: this.repositoryOf(nth), tags: [this.tagOf(nth)] }));
  }
}

function inTransactions(database: Database, count: number, work: (nth: number) => void): void {
  for (let from = 0; from < count; from += rowsInTransaction) {
    database.transaction(() => {
      for (let nth = from; nth < Math.min(from + rowsInTransaction, count); nth += 1) work(nth);
    })();
  }
}

/** Numbers as text of the same length, so that the order of names is that of the numbers. */
function digits(number: number): string {
  return String(number).padStart(7, "0");
}
