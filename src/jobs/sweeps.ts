import type { Log } from "../base/log.ts";
import type { Orphans } from "../registry/uploads/orphans.ts";
import type { Uploads } from "../registry/uploads/uploads.ts";
import { jobLimits } from "./limits.ts";
import type { Job } from "./scheduler.ts";

/** Expires upload sessions, and removes files of sessions that no longer exist. `busy` are those that requests write to. */
export function uploadExpiry(
  uploads: Pick<Uploads, "expire">,
  orphans: Pick<Orphans, "sweepUploads">,
  busy: ReadonlyMap<string, unknown>,
  log: Pick<Log, "event">,
): Job {
  return {
    name: "upload expiry",
    everyMs: jobLimits.uploadSweepMs,
    async run() {
      const removed = await uploads.expire(busy);
      if (removed > 0) log.event("upload sessions expired", { removed });
      const orphaned = await orphans.sweepUploads();
      if (orphaned > 0) log.event("files of upload sessions that are gone were removed", { removed: orphaned });
    },
  };
}

/** Removes objects that no row names, one directory of the storage at a time. */
export function orphanRemoval(orphans: Pick<Orphans, "sweepNextShard">, log: Pick<Log, "event">): Job {
  return {
    name: "removal of files that no blob names",
    everyMs: jobLimits.orphanStepMs,
    async run() {
      const { removed, withheld } = await orphans.sweepNextShard();
      if (removed > 0) log.event("files that no blob names were removed", { removed });
      if (withheld === 0) return;
      const message =
        "most files in storage are named by no blob, so none is removed; was the database lost or restored?";
      log.event(message, { files: withheld }, "error");
    },
  };
}
