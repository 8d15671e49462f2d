// The plan of a run: each set-up, its checks, and the cases of the real clients.
import type { CaseRunner } from "../clients/case-runner.ts";
import { GROUPS } from "../clients/groups.ts";
import { KIND_NAMES } from "../clients/kinds.ts";
import { runChecks } from "./checks.ts";
import { basicAuthChecks, publicPullChecks, unpublishedCheck, USER } from "./basic-auth-checks.ts";
import { connectionChecks } from "./connection-checks.ts";
import { defaultsCases } from "./defaults.ts";
import { isRenewable, renewalCheck } from "./renewal.ts";
import type { Setup, RunningSetup } from "./setup.ts";
import { streamingChecks } from "./streaming-checks.ts";

export interface Plan extends Setup {
  readonly checks: (cases: CaseRunner, standing: RunningSetup) => Promise<void>;
  /** Groups of cases for the real clients; if absent, no client is used. */
  readonly groups?: readonly string[];
  /** The groups with --all-clients. */
  readonly allGroups?: readonly string[];
  /** The only clients that can use this set-up; if absent, all can. */
  readonly clients?: readonly string[];
}

const OF_OTHERS = ["referrers", "oras", "helm", "cosign", "notation"];

/**
 * Behind nginx, the host that clients use is never the host that the registry sees. A catalogue has the names of the
 * registry, so clients read it only if their names are the same.
 */
export const PLANS: readonly Plan[] = [
  {
    name: "tls",
    checks: allChecks,
    groups: ["matrix", "deletion", "listing"],
    allGroups: Object.keys(GROUPS),
  },
  {
    name: "host",
    site: "docs/nginx/host.conf",
    checks: unpublishingChecks,
    groups: ["matrix", "deletion", "listing"],
    allGroups: ["matrix", "again", "deletion", "listing", "interrupted", ...OF_OTHERS],
  },
  { name: "basic-auth", site: "docs/nginx/basic-auth.conf", user: USER, checks: basicAuthChecks },
  { name: "public-pulls", site: "docs/nginx/public-pulls.conf", user: USER, checks: publicPullChecks },
  {
    name: "first-component",
    site: "docs/nginx/first-component.conf",
    registries: 2,
    prefix: "team-a",
    checks: unpublishingChecks,
    groups: ["deletion", "move"],
    allGroups: ["deletion", "move", ...OF_OTHERS],
  },
  {
    name: "name-prefix",
    site: "docs/nginx/name-prefix.conf",
    prefix: "team-a",
    checks: allChecks,
    groups: ["again", "deletion", "move"],
    allGroups: ["again", "deletion", "move", "interrupted", ...OF_OTHERS],
  },
  {
    name: "path",
    site: "docs/nginx/path.conf",
    flags: ["--path-prefix", "/registry"],
    path: "/registry",
    checks: unpublishingChecks,
    groups: ["move"],
    clients: ["ctr"],
  },
  { name: "defaults", site: "checks/proxy/defaults.conf", checks: defaultsCases },
];

/** A few clients, which are enough to test a set-up in a short time. */
export const FEW_CLIENTS: readonly string[] = ["docker", "skopeo", "crane", "regctl"];

/** The chosen clients that can use a set-up. */
export function clientsOf(plan: Plan, chosen: readonly string[] = plan.clients ?? FEW_CLIENTS): readonly string[] {
  return (plan.clients ?? KIND_NAMES).filter((name) => chosen.includes(name));
}

async function allChecks(cases: CaseRunner, standing: RunningSetup): Promise<void> {
  await runChecks(cases, standing.front);
  await connectionChecks(cases, standing.front);
  await streamingChecks(cases, standing);
  if (isRenewable(standing)) await renewalCheck(cases, standing);
}

async function unpublishingChecks(cases: CaseRunner, standing: RunningSetup): Promise<void> {
  await allChecks(cases, standing);
  await unpublishedCheck(cases, standing.front);
}
