import type { Workload } from "./workload.ts";
import { blobGetLarge } from "./workloads/blob-get-large.ts";
import { blobGetSmall } from "./workloads/blob-get-small.ts";
import { blobHead } from "./workloads/blob-head.ts";
import { manifestGet } from "./workloads/manifest-get.ts";
import { manifestHead } from "./workloads/manifest-head.ts";
import { pushAtOnce } from "./workloads/push-at-once.ts";
import { pushImages } from "./workloads/push-images.ts";
import { pushLarge } from "./workloads/push-large.ts";
import { pushMany } from "./workloads/push-many.ts";
import { tagsList } from "./workloads/tags-list.ts";
import { tagsSet } from "./workloads/tags-set.ts";

/** All workloads by name, in the order in which they run. */
export const workloads = {
  "manifest-get": manifestGet,
  "manifest-head": manifestHead,
  "blob-head": blobHead,
  "blob-get-small": blobGetSmall,
  "blob-get-large": blobGetLarge,
  "push-large": pushLarge,
  "push-many": pushMany,
  "push-at-once": pushAtOnce,
  "push-images": pushImages,
  "tags-set": tagsSet,
  "tags-list": tagsList,
} as const satisfies Readonly<Record<string, Workload>>;

/** The name of a workload. */
export type WorkloadName = keyof typeof workloads;

/** True if a text is the name of a workload. */
export function isWorkload(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name);
}
