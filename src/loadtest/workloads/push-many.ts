import { pushesOf } from "./pushes.ts";

/** The workload that pushes blobs of 1 MiB. */
export const pushMany = pushesOf({
  summary: "pushes a new blob of 1 MiB, on --concurrency connections at the same time",
  size: 1024 * 1024,
});
