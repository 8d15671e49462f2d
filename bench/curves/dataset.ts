/** A data directory with many manifests, written by the store's own operations: over HTTP it would take hours. */
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

/** Has the blobs that every manifest names, and comes before all others in the catalog. */
export const origin = "curves/a" as RepositoryName;
const rowsInTransaction = 20_000;
/** Of this connection only: the registry's own have what they always have. */
const cacheKiB = 2_000_000;
/** Longer than any run, so that no read has to renew a pin. */
const pinnedMs = 24 * 60 * 60 * 1000;

/** So many images, dealt out to so many repositories, each with a tag of its own. All of one follows from its number. */
export class Dataset {
  readonly manifests: number;
  readonly repositories: number;
  readonly #blobs: readonly [Blob, Blob] = [smallBlob(randomBytes), smallBlob(randomBytes)];
  readonly #image = Buffer.from(imageManifest(this.#blobs)).toString();

  /** What a manifest is made of is read once: only an annotation differs, and no row has that. */
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

  /** Texts that are no numbers give manifests that are not in it. */
  bytesOf(nth: number | string): Uint8Array {
    return Buffer.from(`${this.#image.slice(0, -1)},"annotations":{"nth":"${nth}"}}`);
  }

  /** Over HTTP, which also makes the database. */
  async pushBlobs(client: Client): Promise<void> {
    for (const blob of this.#blobs) await pushBlob(client, origin, blob);
  }

  /** While no registry has the directory; what is written is on the disk at the end. */
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

/** Of one length, so that the order of names is that of numbers. */
function digits(number: number): string {
  return String(number).padStart(7, "0");
}
