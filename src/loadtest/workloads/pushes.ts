import { LargeBlobs } from "../content.ts";
import { pushBlob } from "../push.ts";
import type { Workload } from "../workload.ts";

interface Pushes {
  readonly summary: string;
  readonly concurrency?: number;
  /** The size of the blobs in bytes, in place of the user's. */
  readonly size?: number;
}

/** Makes a workload that pushes streamed blobs, each with new content. */
export function pushesOf({ size, ...workload }: Pushes): Workload {
  return {
    ...workload,
    async prepare(setting) {
      const blobs = new LargeBlobs(setting.random, size ?? setting.size);
      return async (client) => {
        const blob = blobs.next();
        await pushBlob(client, setting.repository, blob);
        return blob.size;
      };
    },
  };
}
