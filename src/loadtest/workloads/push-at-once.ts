import { pushesOf } from "./pushes.ts";

export const pushAtOnce = pushesOf({
  summary: "pushes a new blob of the size that --size says, as many at once as --concurrency says",
});
