import { LargeBlobs } from "../content.ts";
import { pushBlob } from "../push.ts";
import type { Workload } from "../workload.ts";

interface Pushes {
  readonly summary: string;
  readonly concurrency?: number;
  /** In place of the one that the user says. */
  readonly size?: number;
}

/** Pushes of blobs that are streamed, each another one. */
export function pushesOf({ size, ...said }: Pushes): Workload {
  return {
    ...said,
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
