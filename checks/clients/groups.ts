// All groups of cases, in order: first the cases of all clients, then those of single clients.
import type { CaseContext } from "./context.ts";
import { buildkitCases } from "./cases/buildkit.ts";
import { concurrencyCases } from "./cases/concurrency.ts";
import { cosignCases } from "./cases/cosign.ts";
import { craneCases } from "./cases/crane.ts";
import { ctrCases } from "./cases/ctr.ts";
import { deletionCases } from "./cases/deletion.ts";
import { helmCases } from "./cases/helm.ts";
import { interruptedCases } from "./cases/interrupted.ts";
import { largeLayerCases } from "./cases/large-layer.ts";
import { listingCases } from "./cases/listing.ts";
import { matrixCases } from "./cases/matrix.ts";
import { notationCases } from "./cases/notation.ts";
import { orasCases } from "./cases/oras.ts";
import { pushAgainCases } from "./cases/push-again.ts";
import { referrersCases } from "./cases/referrers.ts";
import { regctlCases } from "./cases/regctl.ts";
import { schema1Cases } from "./cases/schema1.ts";
import { skopeoCases } from "./cases/skopeo.ts";
import { tagMoveCases } from "./cases/tag-move.ts";
import { twoPlatformCases } from "./cases/two-platforms.ts";

export const GROUPS: Readonly<Record<string, (context: CaseContext) => Promise<void>>> = {
  matrix: matrixCases,
  platforms: twoPlatformCases,
  again: pushAgainCases,
  deletion: deletionCases,
  move: tagMoveCases,
  listing: listingCases,
  concurrency: concurrencyCases,
  interrupted: interruptedCases,
  referrers: referrersCases,
  skopeo: skopeoCases,
  schema1: schema1Cases,
  buildkit: buildkitCases,
  ctr: ctrCases,
  crane: craneCases,
  regctl: regctlCases,
  oras: orasCases,
  helm: helmCases,
  cosign: cosignCases,
  notation: notationCases,
  large: largeLayerCases,
};
