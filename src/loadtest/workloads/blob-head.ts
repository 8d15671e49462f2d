import { smallBlob } from "../content.ts";
import { heads } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeBlob } from "./prepared.ts";

/** The workload that sends HEAD requests for a blob. */
export const blobHead: Workload = {
  summary: "sends HEAD for a blob",
  prepare: async (setting) => heads(setting.client, await storeBlob(setting, smallBlob(setting.random))),
};
