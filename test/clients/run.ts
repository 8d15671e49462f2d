// The real clients against a registry: `bun test/clients/run.ts`, or `scripts/clients`, which also installs them.
import { parseArgs } from "node:util";
import { join, resolve } from "node:path";
import { CaseRunner, printLine } from "./case-runner.ts";
import { interruption } from "./command.ts";
import { CaseContext } from "./context.ts";
import { Endpoint, type Access } from "./endpoint.ts";
import { ImageInputs } from "./images.ts";
import { Registry } from "./registry.ts";
import { Workplace } from "./workplace.ts";
import type { Client, ClientKind, Surroundings } from "./clients/client.ts";
import { buildah } from "./clients/buildah.ts";
import { crane } from "./clients/crane.ts";
import { ctr } from "./clients/ctr.ts";
import { docker } from "./clients/docker.ts";
import { podman } from "./clients/podman.ts";
import { regctl } from "./clients/regctl.ts";
import { skopeo } from "./clients/skopeo.ts";
import { concurrencyCases } from "./cases/concurrency.ts";
import { deletionCases } from "./cases/deletion.ts";
import { interruptedCases } from "./cases/interrupted.ts";
import { largeLayerCases } from "./cases/large-layer.ts";
import { listingCases } from "./cases/listing.ts";
import { matrixCases } from "./cases/matrix.ts";
import { pushAgainCases } from "./cases/push-again.ts";
import { referrersCases } from "./cases/referrers.ts";
import { tagMoveCases } from "./cases/tag-move.ts";
import { twoPlatformCases } from "./cases/two-platforms.ts";

const KINDS: readonly ClientKind[] = [docker, podman, buildah, skopeo, ctr, crane, regctl];

const GROUPS: Readonly<Record<string, (context: CaseContext) => Promise<void>>> = {
  matrix: matrixCases,
  platforms: twoPlatformCases,
  again: pushAgainCases,
  deletion: deletionCases,
  move: tagMoveCases,
  listing: listingCases,
  concurrency: concurrencyCases,
  interrupted: interruptedCases,
  referrers: referrersCases,
  large: largeLayerCases,
};

const USAGE = `usage: run.ts [options]
  --registry HOST:PORT  a registry that already runs, instead of one started here
  --tls                 that registry speaks TLS
  --ca FILE             the authority that signed its certificate, where the system does not know it
  --prefix PATH         a path to put before each repository name, where a proxy gives the registry one
  --clients A,B         only these clients (${KINDS.map((kind) => kind.name).join(", ")})
  --groups A,B          only these groups (${Object.keys(GROUPS).join(", ")})
  --all-clients         a client that is not there is a failure, not a skip
  --keep                keep the temporary folder, with every log in it`;

interface Choices {
  readonly registry: string | undefined;
  readonly access: Access;
  readonly kinds: readonly ClientKind[];
  readonly groups: readonly string[];
  readonly allClients: boolean;
  readonly keep: boolean;
}

function parseChoices(args: string[]): Choices {
  const { values } = parseArgs({
    args,
    options: {
      registry: { type: "string" },
      tls: { type: "boolean", default: false },
      ca: { type: "string" },
      prefix: { type: "string", default: "" },
      clients: { type: "string" },
      groups: { type: "string" },
      "all-clients": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const elsewhere = values.tls || values.ca !== undefined || values.prefix !== "";
  if (elsewhere && values.registry === undefined) throw new Error("--tls, --ca and --prefix are about a --registry");
  if (values.ca !== undefined && !values.tls) throw new Error("--ca is about --tls");
  const names = chosen(
    "client",
    values.clients,
    KINDS.map((kind) => kind.name),
  );
  return {
    registry: values.registry,
    access: accessOf(values.tls, values.ca, values.prefix),
    kinds: KINDS.filter((kind) => names.includes(kind.name)),
    groups: chosen("group", values.groups, Object.keys(GROUPS)),
    allClients: values["all-clients"],
    keep: values.keep,
  };
}

function accessOf(tls: boolean, ca: string | undefined, prefix: string): Access {
  const caFile = ca === undefined ? undefined : resolve(ca);
  return { tls, caFile, prefix: prefix.replace(/^\/+|\/+$/g, "") };
}

function chosen(what: string, list: string | undefined, known: readonly string[]): readonly string[] {
  if (list === undefined) return known;
  const names = list.split(",");
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no such ${what}: ${unknown.join(", ")}; there are ${known.join(", ")}`);
  return names;
}

/** Why the kind cannot run on this machine; undefined when it can. */
function obstacle(kind: ClientKind, place: Workplace): string | undefined {
  const missing = kind.programs.filter((program) => place.which(program) === null);
  if (missing.length > 0) return `${missing.join(", ")} not installed`;
  if (kind.rootReason !== undefined && process.getuid?.() !== 0) return `${kind.rootReason} needs root`;
  return undefined;
}

/** Starts those that can run. One that cannot is a skip; one that should and does not is a failed case. */
async function startClients(choices: Choices, cases: CaseRunner, around: Surroundings): Promise<Client[]> {
  const started: Client[] = [];
  for (const kind of choices.kinds) {
    const reason = obstacle(kind, around.place);
    if (reason !== undefined && !choices.allClients) {
      cases.skip(`everything of ${kind.name}`, reason);
      continue;
    }
    await cases.test(`${kind.name} is ready`, async () => {
      if (reason !== undefined) throw new Error(reason);
      const client = kind.create(around);
      await client.start();
      started.push(client);
    });
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
  let clients: Client[] = [];
  try {
    registry = await registryOf(choices, place);
    printLine(`registry at ${registry.endpoint.url("")}`);
    clients = await startClients(choices, cases, { place, inputs, endpoint: registry.endpoint });
    if (clients.length === 0) throw new Error("no client can run on this machine; the lines above say why");
    const context = new CaseContext(place, registry, inputs, cases, clients);
    for (const group of choices.groups) await GROUPS[group]?.(context);
  } finally {
    await Promise.allSettled(clients.map((client) => client.stop()));
    await registry?.stop();
    if (choices.keep) printLine(`kept ${place.root}`);
    else await place.remove();
  }
  const status = cases.finish();
  return interruption.signal.aborted ? INTERRUPTED_STATUS : status;
}

const INTERRUPTED_STATUS = 130;

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
try {
  process.exit(await main(choices));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(interruption.signal.aborted ? INTERRUPTED_STATUS : 1);
}
