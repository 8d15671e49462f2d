import { pushesOf } from "./pushes.ts";

export const pushAtOnce = pushesOf({
  summary: "pushes a new blob of --size bytes, on --concurrency connections at the same time",
});
