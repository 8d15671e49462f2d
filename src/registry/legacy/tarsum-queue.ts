import { FairQueue } from "../../base/async/fair-queue.ts";
import { legacyLimits } from "./limits.ts";

/** For whom a tarsum is computed next: each takes memory by the entries of its layer, and a core for as long as it lasts. */
export function newTarsumQueue(): FairQueue {
  return new FairQueue({ waiting: legacyLimits.tarsumsWaiting, waitingOfClient: legacyLimits.tarsumsWaitingOfClient });
}
