import { gets } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeManifest } from "./prepared.ts";

/** The workload that reads a manifest. */
export const manifestGet: Workload = {
  summary: "reads a manifest by its tag",
  prepare: async (setting) => gets(setting.client, await storeManifest(setting)),
};
