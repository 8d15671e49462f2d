// Tests the registry with TLS and behind proxies: `bun checks/proxy/run.ts`, or `scripts/proxy`, which also installs
// them.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CaseRunner, printLine } from "../clients/case-runner.ts";
import { interruption } from "../clients/command.ts";
import { KIND_NAMES } from "../clients/kinds.ts";
import { Workplace } from "../clients/workplace.ts";
import { clientsOf, FEW_CLIENTS, PLANS, type Plan } from "./plans.ts";
import { runRealClients, type Counts } from "./real-clients.ts";
import { isRenewable, renewDuring } from "./renewal.ts";
import { withSetup, type RunningSetup } from "./setup.ts";
import { helpFor } from "../../test/support/program-help.ts";

const USAGE = `usage: scripts/proxy [options]
  --setups A,B    only these (${PLANS.map(({ name }) => name).join(", ")})
  --clients A,B   these clients; without it ${FEW_CLIENTS.join(",")}; with an empty list none
  --all-clients   every client, with more cases; one that is not there, or nginx, is a failure, not a skip
  --may-lack A,B  with --all-clients: these may be missing all the same`;
helpFor(USAGE);

interface Choices {
  readonly plans: readonly Plan[];
  /** If absent, the clients that suit a set-up. */
  readonly clients: readonly string[] | undefined;
  readonly all: boolean;
  readonly mayLack: string | undefined;
}

function parseChoices(args: string[]): Choices {
  const { values } = parseArgs({
    args,
    options: {
      setups: { type: "string", default: PLANS.map(({ name }) => name).join(",") },
      clients: { type: "string" },
      "all-clients": { type: "boolean", default: false },
      "may-lack": { type: "string" },
    },
  });
  const plans = values.setups.split(",").map((name) => {
    const plan = PLANS.find((one) => one.name === name);
    if (!plan) throw new Error(`there is no set-up ${name}`);
    return plan;
  });
  const all = values["all-clients"];
  const clients = values.clients?.split(",").filter((name) => name !== "") ?? (all ? KIND_NAMES : undefined);
  return { plans, clients, all, mayLack: values["may-lack"] };
}

async function runPlan(place: Workplace, cases: CaseRunner, plan: Plan, choices: Choices): Promise<Counts | undefined> {
  if (plan.site !== undefined && place.which("nginx") === null && !choices.all) {
    cases.skip(`everything of ${plan.name}`, "nginx not installed");
    return undefined;
  }
  printLine(`== ${plan.name}`);
  let counts: Counts | undefined;
  await cases.test(`${plan.name}: it starts, and ends again`, () =>
    withSetup(place, plan, async (standing) => {
      await plan.checks(cases, standing);
      counts = await bringClients(cases, plan, standing, choices);
    }),
  );
  return counts;
}

async function bringClients(cases: CaseRunner, plan: Plan, standing: RunningSetup, choices: Choices) {
  const groups = choices.all ? (plan.allGroups ?? plan.groups) : plan.groups;
  const clients = clientsOf(plan, choices.clients);
  if (groups === undefined || choices.clients?.length === 0) return undefined;
  if (clients.length === 0) {
    cases.skip(`real clients of ${plan.name}`, `only ${plan.clients?.join(", ")} comes here, and was not chosen`);
    return undefined;
  }
  const flags = ["--clients", clients.join(","), "--groups", groups.join(",")];
  if (choices.all) flags.push("--all-clients");
  if (choices.all && choices.mayLack !== undefined) flags.push("--may-lack", choices.mayLack);
  let counts: Counts | undefined;
  const run = async () => {
    counts = await runRealClients(standing.front, flags);
  };
  if (isRenewable(standing)) await renewDuring(cases, standing, run);
  else await run();
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
