import { heads } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeManifest } from "./prepared.ts";

/** The workload that sends HEAD requests for a manifest. */
export const manifestHead: Workload = {
  summary: "sends HEAD for a manifest by its tag",
  prepare: async (setting) => heads(setting.client, await storeManifest(setting)),
};
