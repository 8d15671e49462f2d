// Attacks a registry of two workers, and measures the effect on other clients: `bun checks/starvation/run.ts`, or
// `scripts/starvation`.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { readMemory } from "../streaming/memory.ts";
import { attacks, together, type Attack } from "./attacks.ts";
import { prepare } from "./ground.ts";
import { behave, judgedShare, quantile, type Seen } from "./honest.ts";

const usage = `usage: scripts/starvation [options]
  --short       fewer attacks and connections, and shorter measurements: about a minute
  --only TEXT   only the attacks whose name contains this`;
helpFor(usage);

const MiB = 1024 * 1024;
const workers = 2;
const usualMemoryBarMiB = 400;
const latencyBar = 2;
/** A smaller difference between two percentiles, in milliseconds, is noise on a busy machine. */
const noiseMs = 25;
const shortNoiseMs = 150;
/**
 * An attack fails if it fails in two of three runs, because another process on the machine can slow down any of them.
 */
const runsMost = 3;
const failuresAllowed = 1;

const gently = Bun.which("nice") ? ["nice", "-n", "10"] : [];

interface Times {
  readonly short: boolean;
  readonly noiseMs: number;
  readonly idleSeconds: number;
  readonly risingSeconds: number;
  readonly attackedSeconds: number;
}

const kinds = ["push", "pull"] as const;

/** The registry and its workers. */
function processesOf({ pid }: RegistryProcess): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return [pid, ...children.map(Number)];
}

/** Resets the memory peaks to the current resident memory. */
function forgetPeaks(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

function memoryOf(pids: readonly number[], field: "VmRSS" | "VmHWM"): number {
  return pids.reduce((sum, pid) => sum + readMemory(pid, field), 0) / MiB;
}

/** Starts the attack; resolves when it is established, to a function that ends it. */
async function begin({ name, count, shortCount }: Attack, port: number, short: boolean): Promise<() => Promise<void>> {
  const connections = short ? shortCount! : count;
  // In production, these clients would be on another machine.
  const command = [
    ...gently,
    process.execPath,
    join(import.meta.dir, "attacker.ts"),
    name,
    String(port),
    String(connections),
  ];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const endIt = () => child.kill("SIGKILL");
  process.on("exit", endIt);
  await child.stdout.getReader().read();
  return async () => {
    process.off("exit", endIt);
    endIt();
    await child.exited;
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function percentiles(seen: Seen): string {
  const of = (kind: (typeof kinds)[number]) =>
    `${kind} p50 ${quantile(seen[kind], 0.5).toFixed(1)} p99 ${quantile(seen[kind], 0.99).toFixed(1)} ms`;
  return kinds.map(of).join(", ");
}

interface Suffered {
  readonly idle: Seen;
  /** The measurements while the attack starts, and after it is established. */
  readonly rising: Seen;
  readonly attacked: Seen;
  readonly peakMiB: number;
}

async function suffer(attack: Attack, registry: RegistryProcess, times: Times): Promise<Suffered> {
  const { port } = registry;
  const idle = await behave(port, times.idleSeconds);
  const pids = processesOf(registry);
  forgetPeaks(pids);
  const beginning = begin(attack, port, times.short);
  const rising = await Promise.all([behave(port, times.risingSeconds), beginning]).then(([seen]) => seen);
  const end = await beginning;
  const attacked = await behave(port, times.attackedSeconds);
  const peakMiB = memoryOf(pids, "VmHWM");
  await end();
  return { idle, rising, attacked, peakMiB };
}

/** The failure of an attack; undefined if other clients hardly noticed it. */
function complaint(
  { memoryBarMiB = usualMemoryBarMiB }: Attack,
  suffered: Suffered,
  leastMs: number,
): string | undefined {
  const { idle, rising, attacked, peakMiB } = suffered;
  const failures = [...idle.failures, ...rising.failures, ...attacked.failures];
  if (failures.length > 0) return failures.map(([reason, count]) => `${count} x ${reason}`).join(", ");
  if (peakMiB >= memoryBarMiB) return `${memoryBarMiB} MiB reached`;
  for (const kind of kinds) {
    const share = judgedShare(Math.min(idle[kind].length, attacked[kind].length));
    const [before, during] = [quantile(idle[kind], share), quantile(attacked[kind], share)];
    if (!(during <= Math.max(latencyBar * before, leastMs)))
      return `${kind} p${share * 100} is ${during.toFixed(0)} ms, ${(during / before).toFixed(1)} x idle`;
  }
  return undefined;
}

async function judge(attack: Attack, times: Times): Promise<boolean> {
  let failures = 0;
  for (let run = 1; run <= (failures > 0 ? runsMost : 1); run += 1) {
    const suffered = await withRegistry((registry) => suffer(attack, registry, times));
    const wrong = complaint(attack, suffered, times.noiseMs);
    if (wrong !== undefined) failures += 1;
    print(`     run ${run}: idle ${percentiles(suffered.idle)}`);
    print(`            attacked ${percentiles(suffered.attacked)}; peak ${Math.round(suffered.peakMiB)} MiB`);
    if (wrong !== undefined) print(`            ${wrong}`);
    if (failures > failuresAllowed) break;
  }
  print(`${failures > failuresAllowed ? "FAIL" : "ok  "} ${attack.name}`);
  return failures <= failuresAllowed;
}

/** Runs the work with a new registry with the content, so that no run is affected by the previous one. */
async function withRegistry<T>(work: (registry: RegistryProcess) => Promise<T>): Promise<T> {
  const folder = join(scratch, "run");
  await Bun.$`cp -r ${ground} ${folder}`.quiet();
  const registry = await RegistryProcess.start(await freePort(), folder, join(scratch, "registry.log"), { workers });
  try {
    return await work(registry);
  } finally {
    await registry.kill();
    // The workers exit a moment after the supervisor.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function main(short: boolean, only: string): Promise<number> {
  const times = short
    ? { short, noiseMs: shortNoiseMs, idleSeconds: 1, risingSeconds: 2, attackedSeconds: 2 }
    : { short, noiseMs, idleSeconds: 5, risingSeconds: 4, attackedSeconds: 10 };
  print(`${workers} workers; the bars: every honest request succeeds, p99 at most ${latencyBar} x idle`);
  print(`(or ${times.noiseMs} ms), the sum of the processes' peaks of resident memory under ${usualMemoryBarMiB} MiB`);
  const log = join(scratch, "prepare.log");
  const registry = await RegistryProcess.start(await freePort(), ground, log, { workers });
  await prepare(registry.port, short);
  await registry.kill();
  const chosen = [...attacks, together].filter(
    ({ name, shortCount }) => name.includes(only) && (!short || shortCount !== undefined),
  );
  let passed = 0;
  for (const attack of chosen) if (await judge(attack, times)) passed += 1;
  print(`${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length && passed > 0 ? 0 : 1;
}

let choices: { short: boolean; only: string };
try {
  const options = { short: { type: "boolean", default: false }, only: { type: "string", default: "" } } as const;
  choices = parseArgs({ options }).values;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
const scratch = scratchFolder("lading-starvation-");
const ground = join(scratch, "ground");
process.exit(await main(choices.short, choices.only));
