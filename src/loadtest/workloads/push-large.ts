import { pushesOf } from "./pushes.ts";

/** The workload that pushes large blobs one after the other. */
export const pushLarge = pushesOf({
  summary: "pushes a new blob of --size bytes in one stream, one after the other",
  concurrency: 1,
});
