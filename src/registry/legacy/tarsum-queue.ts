import { FairQueue } from "../../base/async/fair-queue.ts";
import { legacyLimits } from "./limits.ts";

/**
 * Makes the queue that decides for which client a tarsum is computed next. Each computation uses a core, and memory
 * in proportion to the entries of its layer.
 */
export function newTarsumQueue(): FairQueue {
  return new FairQueue({ waiting: legacyLimits.tarsumsWaiting, waitingOfClient: legacyLimits.tarsumsWaitingOfClient });
}
