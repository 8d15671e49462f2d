/** The parts that exist once for each data directory, whatever the number of workers. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockDirectory } from "../base/fs/directory-lock.ts";
import type { Log } from "../base/log.ts";
import { networkFilesystemOf } from "../base/fs/network-filesystem.ts";
import { openSigningKey } from "../registry/legacy/signing-key.ts";
import { PendingUploadsStore } from "../metadata/pending-uploads.ts";
import { LimitedUploadsStore } from "../metadata/limited-uploads.ts";
import { DatabaseFiles } from "../metadata/sqlite/database-files.ts";
import { openSqliteStore } from "../metadata/sqlite/store.ts";
import type { MetadataStore, UploadRecord } from "../metadata/store.ts";
import { Orphans } from "../registry/uploads/orphans.ts";
import { LocalSessionLocks } from "../registry/uploads/session-locks.ts";
import { newTarsumQueue } from "../registry/legacy/tarsum-queue.ts";
import { UploadExpiry } from "../registry/uploads/expiry.ts";
import type { SigningKey } from "../docker/schema1/key.ts";
import type { Queue } from "../base/async/fair-queue.ts";
import { Scheduler } from "../jobs/scheduler.ts";
import { orphanRemoval, uploadExpiry } from "../jobs/sweeps.ts";
import { refuseForeignData } from "./foreign-data.ts";
import type { Setup } from "./setup.ts";
import type { StorageDriver } from "../storage/driver.ts";
import { FilesystemDriver } from "../storage/filesystem/driver.ts";

/** The primary of a data directory. */
export interface Primary {
  /** Repeats the work that is done once for a data directory. */
  readonly scheduler: Scheduler;
  readonly store: MetadataStore;
  /** The identity of the database files (`DatabaseFiles.identity`). */
  readonly databaseFiles: string;
  readonly driver: StorageDriver;
  readonly locks: LocalSessionLocks;
  /** Decides for which client a tarsum is computed next, on the whole machine. */
  readonly tarsums: Queue;
  /** Signs the manifests for old clients; undefined if the operator has switched off the formats of 2014. */
  readonly signingKey: SigningKey | undefined;
  /** Finds an upload session that has no row yet. */
  readonly pendingUpload: (id: string) => UploadRecord | undefined;
  /**
   * Removes the files that a killed process left of ended upload sessions. It has run once when the primary is open.
   */
  readonly sweepEndedUploads: () => Promise<void>;
}

/** The paths of the databases and the blobs below the data directory. */
export const places = {
  metadata: (data: string) => join(data, "metadata.sqlite"),
  storage: (data: string) => join(data, "storage"),
  /** Large responses while they are sent. Each process that answers requests has a subdirectory with its number. */
  replyFiles: (data: string) => join(data, "replies"),
} as const;

/**
 * Opens the primary. `opening` closes everything that it opens. `faultChanged` is called with the error if writes
 * become impossible, and with undefined if they work again.
 */
export async function openPrimary(
  opening: AsyncDisposableStack,
  { settings, parts, data, log }: Setup,
  faultChanged?: (fault: string | undefined) => void,
): Promise<Primary> {
  const { clock } = parts;
  refuseForeignData(data, places.metadata(data), log);
  opening.defer(await lockDirectory(data));
  opening.defer(() => log.flush());
  warnOfNetwork(data, log);
  // Removes the files of processes that no longer run.
  await rm(places.replyFiles(data), { recursive: true, force: true });
  const signingKey = settings.legacy ? await openSigningKey(data) : undefined;
  const driver = parts.driver(await FilesystemDriver.open(places.storage(data)));
  const sqlite = await openSqliteStore(places.metadata(data), {
    faultChanged(fault) {
      if (fault === undefined) log.event("metadata can be written again", {});
      else log.event("metadata cannot be written", { error: fault }, "error");
      faultChanged?.(fault);
    },
    ended: (reason) => void endProcess(log, reason),
  });
  const pending = new PendingUploadsStore(sqlite, clock);
  const database = opening.adopt(new LimitedUploadsStore(pending), (opened) => opened.close());
  const store = parts.store(database);
  const locks = new LocalSessionLocks(clock);
  const expiry = new UploadExpiry({ store, driver, clock }, locks.held);
  const orphans = new Orphans({ store, driver, clock }, locks.held);
  const sweepEndedUploads = async () => void (await orphans.sweepUploads());
  await sweepEndedUploads();
  const scheduler = new Scheduler(clock, log);
  for (const job of [uploadExpiry(expiry, orphans, log), orphanRemoval(orphans, log)]) {
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
    sweepEndedUploads,
  };
}

/**
 * Logs a warning for a network filesystem: its locks may have no effect, and then two processes damage the database
 * (docs/operations.md).
 */
function warnOfNetwork(data: string, log: Log): void {
  const filesystem = networkFilesystemOf(data);
  if (filesystem === undefined) return;
  log.event(
    "the data directory may be on a network filesystem; use a disk of this machine",
    { data, filesystem },
    "warn",
  );
}

/**
 * Ends the process after a defect has ended the writer. The service manager or the supervisor starts a new one, which
 * can write.
 */
async function endProcess(log: Log, reason: string): Promise<void> {
  log.event("the process ends", { error: reason }, "error");
  await log.flush();
  process.exit(1);
}
