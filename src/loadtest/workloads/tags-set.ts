import type { Tag } from "../../oci/reference.ts";
import { pushManifest } from "../push.ts";
import type { Workload } from "../workload.ts";
import { storeImage } from "./prepared.ts";

/** The workload that sets tags. */
export const tagsSet: Workload = {
  summary: "sets a new tag for the same manifest, all in one repository",
  async prepare(setting) {
    const manifest = await storeImage(setting);
    const run = Buffer.from(setting.random(8)).toString("hex");
    return async (client, nth) => {
      await pushManifest(client, setting.repository, `${run}-${nth}` as Tag, manifest);
      return manifest.length;
    };
  },
};
