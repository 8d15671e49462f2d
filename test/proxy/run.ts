// The registry with TLS of its own and behind proxies: `bun test/proxy/run.ts`, or `scripts/proxy`, which also installs.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CaseRunner, printLine } from "../clients/case-runner.ts";
import { interruption } from "../clients/command.ts";
import { Workplace } from "../clients/workplace.ts";
import { runChecks } from "./checks.ts";
import { defaultsCases } from "./defaults.ts";
import type { Front } from "./front.ts";
import { runRealClients, type Counts } from "./real-clients.ts";
import { withSetup, type Setup } from "./setup.ts";

interface Plan extends Setup {
  readonly checks: (cases: CaseRunner, front: Front) => Promise<void>;
  /** Groups of cases for the real clients; absent, they cannot come here. */
  readonly groups?: string;
}

/** A catalogue tells names as the registry has them, so clients read it only where those are their own names too. */
const PLANS: readonly Plan[] = [
  { name: "tls", checks: runChecks, groups: "matrix,deletion,listing" },
  { name: "host", site: "docs/nginx/host.conf", checks: runChecks, groups: "matrix,deletion,listing" },
  {
    name: "first-component",
    site: "docs/nginx/first-component.conf",
    registries: 2,
    prefix: "team-a",
    checks: runChecks,
    groups: "matrix,deletion",
  },
  {
    name: "name-prefix",
    site: "docs/nginx/name-prefix.conf",
    prefix: "team-a",
    checks: runChecks,
    groups: "matrix,again,deletion",
  },
  {
    name: "path",
    site: "docs/nginx/path.conf",
    flags: ["--path-prefix", "/registry"],
    path: "/registry",
    checks: runChecks,
  },
  { name: "defaults", site: "test/proxy/defaults.conf", checks: defaultsCases },
];

const CLIENTS = "docker,podman,buildah,skopeo,ctr,crane,regctl";

const USAGE = `usage: run.ts [options]
  --setups A,B    only these (${PLANS.map(({ name }) => name).join(", ")})
  --clients A,B   only these clients (${CLIENTS}); none, with an empty list
  --all-clients   a client that is not there, or nginx, is a failure, not a skip`;

interface Choices {
  readonly plans: readonly Plan[];
  readonly clients: string;
  readonly all: boolean;
}

function parseChoices(args: string[]): Choices {
  const { values } = parseArgs({
    args,
    options: {
      setups: { type: "string", default: PLANS.map(({ name }) => name).join(",") },
      clients: { type: "string", default: CLIENTS },
      "all-clients": { type: "boolean", default: false },
    },
  });
  const plans = values.setups.split(",").map((name) => {
    const plan = PLANS.find((one) => one.name === name);
    if (!plan) throw new Error(`there is no set-up ${name}`);
    return plan;
  });
  return { plans, clients: values.clients, all: values["all-clients"] };
}

async function runPlan(place: Workplace, cases: CaseRunner, plan: Plan, choices: Choices): Promise<Counts | undefined> {
  if (plan.site !== undefined && place.which("nginx") === null && !choices.all) {
    cases.skip(`everything of ${plan.name}`, "nginx not installed");
    return undefined;
  }
  printLine(`== ${plan.name}`);
  let counts: Counts | undefined;
  await cases.test(`${plan.name}: it starts, and ends again`, () =>
    withSetup(place, plan, async (front) => {
      await plan.checks(cases, front);
      if (plan.groups === undefined || choices.clients === "") return;
      const needed = choices.all ? ["--all-clients"] : [];
      counts = await runRealClients(front, ["--clients", choices.clients, "--groups", plan.groups, ...needed]);
    }),
  );
  return counts;
}

async function main(choices: Choices): Promise<number> {
  const place = new Workplace(join(import.meta.dir, "..", "..", "build", "bin"));
  const cases = new CaseRunner();
  const total = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const plan of choices.plans) {
      const counts = await runPlan(place, cases, plan, choices);
      if (counts) for (const outcome of ["passed", "failed", "skipped"] as const) total[outcome] += counts[outcome];
    }
  } finally {
    await place.remove();
  }
  for (const { outcome } of cases.results) total[outcome] += 1;
  const skips = total.skipped === 0 ? "" : `, ${total.skipped} skipped`;
  printLine(`${total.passed} passed, ${total.failed} failed${skips}`);
  return total.failed === 0 && total.passed > 0 && !interruption.signal.aborted ? 0 : 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

let choices: Choices;
try {
  choices = parseChoices(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
}
process.exit(await main(choices));
