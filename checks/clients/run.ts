// Tests real clients against a registry: `bun checks/clients/run.ts`, or `scripts/clients`, which also installs them.
import { join } from "node:path";
import { CaseRunner, printLine } from "./case-runner.ts";
import { parseChoices, USAGE, type Choices } from "./choices.ts";
import { interruption } from "./command.ts";
import { CaseContext } from "./context.ts";
import { Endpoint } from "./endpoint.ts";
import { GROUPS } from "./groups.ts";
import { ImageInputs } from "./images.ts";
import { KINDS } from "./kinds.ts";
import { Registry } from "./registry.ts";
import { countsByClient, writeReport, type ClientState } from "./report.ts";
import { Workplace } from "./workplace.ts";
import type { ClientKind, Program, Surroundings } from "./clients/client.ts";
import { helpFor } from "../../test/support/program-help.ts";

/** Why this kind of client cannot run on this machine; undefined if it can. */
function obstacle(kind: ClientKind, place: Workplace): string | undefined {
  const missing = kind.programs.filter((program) => place.which(program) === null);
  if (missing.length > 0) return `${missing.join(", ")} not installed`;
  if (kind.rootReason !== undefined && process.getuid?.() !== 0) return `${kind.rootReason} needs root`;
  return undefined;
}

interface Started {
  readonly programs: Program[];
  readonly states: ClientState[];
}

/**
 * Starts the clients that can run. One that cannot is skipped; one that should start and does not is a failed case.
 */
async function startClients(choices: Choices, cases: CaseRunner, around: Surroundings): Promise<Started> {
  const started: Started = { programs: [], states: [] };
  for (const kind of KINDS.filter(({ name }) => choices.clients.includes(name))) {
    const reason = obstacle(kind, around.place);
    let state = reason ?? "did not start";
    if (reason !== undefined && !choices.needed.includes(kind.name)) cases.skip(`${kind.name} is ready`, reason);
    else {
      await cases.test(`${kind.name} is ready`, async () => {
        if (reason !== undefined) throw new Error(reason);
        const program = kind.create(around);
        state = await program.start();
        started.programs.push(program);
      });
    }
    started.states.push({ name: kind.name, state });
  }
  return started;
}

function registryOf({ registry, access }: Choices, place: Workplace): Promise<Registry> {
  if (registry === undefined) return Registry.start(place);
  return Registry.use(new Endpoint(registry, access, place.folder("certificates")));
}

async function main(choices: Choices): Promise<number> {
  const place = new Workplace(join(import.meta.dir, "..", "..", "build", "bin"));
  const cases = new CaseRunner();
  const inputs = new ImageInputs(place);
  let registry: Registry | undefined;
  let started: Started = { programs: [], states: [] };
  try {
    registry = await registryOf(choices, place);
    printLine(`registry at ${registry.endpoint.url("")}`);
    started = await startClients(choices, cases, { place, inputs, endpoint: registry.endpoint });
    if (started.programs.length === 0) throw new Error("no client can run on this machine; the lines above say why");
    const context = new CaseContext(place, registry, inputs, cases, started.programs);
    for (const group of choices.groups) await GROUPS[group]?.(context);
  } finally {
    await Promise.allSettled(started.programs.map((program) => program.stop()));
    await registry?.stop();
    if (choices.keep) printLine(`kept ${place.root}`);
    else await place.remove();
  }
  if (choices.report !== undefined) await writeReport(choices.report, started.states, cases.results);
  printLine(`passed by client: ${countsByClient(started.states, cases.results)}`);
  const status = cases.finish();
  return interruption.signal.aborted ? INTERRUPTED_STATUS : status;
}

const INTERRUPTED_STATUS = 130;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

helpFor(USAGE);
let choices: Choices;
try {
  choices = parseChoices(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exit(2);
}
try {
  process.exit(await main(choices));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(interruption.signal.aborted ? INTERRUPTED_STATUS : 1);
}
