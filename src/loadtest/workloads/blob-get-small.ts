import { smallBlob } from "../content.ts";
import { gets } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeBlob } from "./prepared.ts";

/** The workload that reads a small blob. */
export const blobGetSmall: Workload = {
  summary: "reads a blob of 4 KiB",
  prepare: async (setting) => gets(setting.client, await storeBlob(setting, smallBlob(setting.random))),
};
