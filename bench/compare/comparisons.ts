import type { Comparison } from "./comparison.ts";
import { listings } from "./comparisons/listings.ts";
import { latency } from "./comparisons/latency.ts";
import { memory } from "./comparisons/memory.ts";
import { many } from "./comparisons/many.ts";
import { pushes } from "./comparisons/pushes.ts";
import { reads } from "./comparisons/reads.ts";

/** All comparisons, in the order of the table. */
export const comparisons: readonly Comparison[] = [...reads, ...pushes, ...many, ...listings, ...latency, ...memory];
