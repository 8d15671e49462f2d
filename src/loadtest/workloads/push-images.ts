import type { Tag } from "../../oci/reference.ts";
import { imageManifest, smallBlob } from "../content.ts";
import { pushBlob, pushManifest } from "../push.ts";
import type { Workload } from "../workload.ts";

/** The workload that pushes images. */
export const pushImages: Workload = {
  summary: "pushes a new image of three blobs of 4 KiB and a manifest, in seven requests",
  async prepare({ repository, random }) {
    const run = Buffer.from(random(8)).toString("hex");
    return async (client, nth) => {
      const blobs = [smallBlob(random), smallBlob(random), smallBlob(random)] as const;
      for (const blob of blobs) await pushBlob(client, repository, blob);
      const manifest = imageManifest(blobs);
      await pushManifest(client, repository, `${run}-${nth}` as Tag, manifest);
      return blobs.reduce((sum, { size }) => sum + size, manifest.length);
    };
  },
};
