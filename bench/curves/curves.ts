import { blobSize } from "./curves/blob-size.ts";
import { concurrency } from "./curves/concurrency.ts";
import { manifests } from "./curves/manifests.ts";
import { repositories } from "./curves/repositories.ts";
import { tags } from "./curves/tags.ts";
import type { Curve } from "./curve.ts";

/** The curves in the order in which they run. */
export const curves = {
  manifests,
  tags,
  repositories,
  concurrency,
  "blob-size": blobSize,
} as const satisfies Readonly<Record<string, Curve>>;

export type CurveName = keyof typeof curves;

export function isCurve(name: string): name is CurveName {
  return Object.hasOwn(curves, name);
}
