import { pushesOf } from "./pushes.ts";

/** The workload that pushes large blobs concurrently. */
export const pushAtOnce = pushesOf({
  summary: "pushes a new blob of --size bytes, on --concurrency connections at the same time",
});
