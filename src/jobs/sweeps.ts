import type { Log } from "../base/log.ts";
import type { Orphans } from "../registry/uploads/orphans.ts";
import type { UploadExpiry } from "../registry/uploads/expiry.ts";
import { jobLimits } from "./limits.ts";
import type { Job } from "./scheduler.ts";

/** Expires upload sessions, and removes files of sessions that no longer exist. */
export function uploadExpiry(
  expiry: Pick<UploadExpiry, "sweep">,
  orphans: Pick<Orphans, "sweepUploads">,
  log: Pick<Log, "event">,
): Job {
  return {
    name: "upload expiry",
    everyMs: jobLimits.uploadSweepMs,
    async run() {
      const removed = await expiry.sweep();
      if (removed > 0) log.event("expired upload sessions", { removed });
      const orphaned = await orphans.sweepUploads();
      if (orphaned > 0) log.event("removed files of ended upload sessions", { removed: orphaned });
    },
  };
}

/** Removes objects that no row names, one directory of the storage at a time. */
export function orphanRemoval(orphans: Pick<Orphans, "sweepNextShard">, log: Pick<Log, "event">): Job {
  return {
    name: "orphan removal",
    everyMs: jobLimits.orphanStepMs,
    async run() {
      const { removed, withheld } = await orphans.sweepNextShard();
      if (removed > 0) log.event("removed orphaned files", { removed });
      if (withheld === 0) return;
      const message =
        "most files in storage belong to no blob of the database, so none was removed; was the database lost or restored?";
      log.event(message, { files: withheld }, "error");
    },
  };
}
