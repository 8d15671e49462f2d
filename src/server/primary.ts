/** What there is once for a data directory, however many processes answer requests. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockDirectory } from "../base/fs/directory-lock.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { networkFilesystemOf } from "../base/fs/network-filesystem.ts";
import type { Settings } from "../config/settings.ts";
import { openSigningKey } from "../registry/legacy/signing-key.ts";
import { PendingUploadsStore } from "../metadata/pending-uploads.ts";
import { LimitedUploadsStore } from "../metadata/limited-uploads.ts";
import { DatabaseFiles } from "../metadata/sqlite/database-files.ts";
import { openSqliteStore } from "../metadata/sqlite/store.ts";
import type { MetadataStore, UploadRecord } from "../metadata/store.ts";
import { Orphans } from "../registry/uploads/orphans.ts";
import { LocalSessionLocks } from "../registry/uploads/session-locks.ts";
import { newTarsumQueue } from "../registry/legacy/tarsum-queue.ts";
import { Uploads } from "../registry/uploads/uploads.ts";
import type { SigningKey } from "../docker/schema1/key.ts";
import type { Queue } from "../base/async/fair-queue.ts";
import { Scheduler } from "../jobs/scheduler.ts";
import { orphanRemoval, uploadExpiry } from "../jobs/sweeps.ts";
import { refuseForeignData } from "./foreign-data.ts";
import type { StorageDriver } from "../storage/driver.ts";
import { FilesystemDriver } from "../storage/filesystem/driver.ts";

export interface Primary {
  /** Repeats the work that is done once for a data directory. */
  readonly scheduler: Scheduler;
  readonly store: MetadataStore;
  /** Which files the database is in (`DatabaseFiles.identity`). */
  readonly databaseFiles: string;
  readonly driver: StorageDriver;
  readonly locks: LocalSessionLocks;
  /** Decides whose tarsum is computed next, on the whole machine. */
  readonly tarsums: Queue;
  /** Signs the manifests that are written for old clients; undefined if the operator has turned the formats of 2014 off. */
  readonly signingKey: SigningKey | undefined;
  /** An upload session that has no row yet. */
  readonly pendingUpload: (id: string) => UploadRecord | undefined;
  /** Removes what a process that was killed has left of sessions that are no more; done once before this is handed over. */
  readonly sweepOrphans: () => Promise<void>;
}

export interface PrimaryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly store?: ((real: MetadataStore) => MetadataStore) | undefined;
  readonly driver?: ((real: StorageDriver) => StorageDriver) | undefined;
  /** Told of the fault that ends all writing, and with undefined of its end. */
  readonly faultChanged?: (fault: string | undefined) => void;
}

/** Where the databases and the blobs lie below the data directory. */
export const places = {
  metadata: (data: string) => join(data, "metadata.sqlite"),
  storage: (data: string) => join(data, "storage"),
  /** Large replies while they are sent; a directory in there for each process that answers requests, by its number. */
  replyFiles: (data: string) => join(data, "replies"),
} as const;

/** Whatever it opens, `opening` closes. */
export async function openPrimary(
  opening: AsyncDisposableStack,
  settings: Settings,
  data: string,
  { clock, log, faultChanged, ...overrides }: PrimaryOptions,
): Promise<Primary> {
  refuseForeignData(data, places.metadata(data), log);
  opening.defer(await lockDirectory(data));
  opening.defer(() => log.flush());
  warnOfNetwork(data, log);
  // What processes that no longer run have left.
  await rm(places.replyFiles(data), { recursive: true, force: true });
  const signingKey = settings.legacy ? await openSigningKey(data) : undefined;
  const files = await FilesystemDriver.open(places.storage(data));
  const driver = overrides.driver?.(files) ?? files;
  const sqlite = await openSqliteStore(places.metadata(data), {
    faultChanged(fault) {
      if (fault === undefined) log.event("metadata can be written again", {});
      else log.event("metadata cannot be written", { error: fault }, "error");
      faultChanged?.(fault);
    },
    ended: (reason) => void endProcess(log, reason),
  });
  const pending = new PendingUploadsStore(sqlite);
  const database = opening.adopt(new LimitedUploadsStore(pending), (opened) => opened.close());
  const store = overrides.store?.(database) ?? database;
  const locks = new LocalSessionLocks();
  const uploads = new Uploads({ store, driver, clock, locks });
  const orphans = new Orphans({ store, driver, clock }, locks.held);
  const sweepOrphans = async () => void (await orphans.sweepUploads());
  await sweepOrphans();
  const scheduler = new Scheduler(clock, log);
  for (const job of [uploadExpiry(uploads, orphans, locks.held, log), orphanRemoval(orphans, log)]) {
    opening.defer(scheduler.start(job));
  }
  const databaseFiles = new DatabaseFiles(places.metadata(data)).identity;
  return {
    scheduler,
    store,
    databaseFiles,
    driver,
    locks,
    tarsums: newTarsumQueue(),
    signingKey,
    pendingUpload: (id) => pending.pendingUpload(id),
    sweepOrphans,
  };
}

/** Its locks may lock nothing, and then two processes damage the database: docs/operations.md. */
function warnOfNetwork(data: string, log: Log): void {
  const filesystem = networkFilesystemOf(data);
  if (filesystem === undefined) return;
  log.event(
    "the data directory may be on a network filesystem; use a disk of this machine",
    { data, filesystem },
    "warn",
  );
}

/** A defect took the writer with it. Who started this process starts another, which can write. */
async function endProcess(log: Log, reason: string): Promise<void> {
  log.event("the process ends", { error: reason }, "error");
  await log.flush();
  process.exit(1);
}
