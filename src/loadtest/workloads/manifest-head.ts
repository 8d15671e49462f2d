import { heads } from "../read.ts";
import type { Workload } from "../workload.ts";
import { storeManifest } from "./prepared.ts";

export const manifestHead: Workload = {
  summary: "sends HEAD for a manifest by its tag",
  prepare: async (setting) => heads(setting.client, await storeManifest(setting)),
};
