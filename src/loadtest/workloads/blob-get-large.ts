import { LargeBlobs } from "../content.ts";
import { gets } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeBlob } from "./prepared.ts";

/** The workload that reads a large blob. */
export const blobGetLarge: Workload = {
  summary: "reads a blob of --size bytes",
  prepare: async (setting) =>
    gets(setting.client, await storeBlob(setting, new LargeBlobs(setting.random, setting.size).next())),
};
