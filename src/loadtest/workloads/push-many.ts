import { pushesOf } from "./pushes.ts";

export const pushMany = pushesOf({
  summary: "pushes a new blob of 1 MiB, as many at once as --concurrency says",
  size: 1024 * 1024,
});
