// Applies heavy loads ("bombs") to a registry and measures its memory and its stalls: `bun checks/bombs/run.ts`, or
// `scripts/bombs`.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";
import { readMemory } from "../streaming/memory.ts";
import type { Bomb } from "./bomb.ts";
import { bombs } from "./bombs.ts";
import { prepare } from "./ground.ts";
import { Pinger } from "./pinger.ts";
import { longestMs, stallCounts, type StallCounts } from "./stalls.ts";
import type { Replies } from "./volley.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/bombs [options]
  --only TEXT   only the bombs whose name contains this
  --runs N      so often, even if the first run passes (1)
  --workers N   worker processes of the registry (1)
  --stall-bar N the event loop may be blocked for N ms, not counting its wait for a CPU (50)`;
helpFor(usage);

const MiB = 1024 * 1024;
const memoryBarMiB = 300;
/**
 * A bomb fails if it fails in two of three runs, because another process on the machine can slow down any of them.
 */
const failuresAllowed = 1;

/** The registry has one core, its clients another. */
const apart = cpus().length > 1 && Bun.which("taskset") !== null;
const onCore = (core: number) => (apart ? ["taskset", "-c", String(core)] : []);

interface Suffered {
  readonly replies: Replies;
  readonly memoryMiB: number;
  readonly stalls: Stalls;
  readonly pingMs: number;
}

/** The longest stalls of the event loop, with and without its wait for a CPU. */
interface Stalls {
  readonly wholeMs: number;
  readonly ownMs: number;
}

class Range {
  readonly #workers: number;
  readonly #folder = scratchFolder("lading-bombs-");
  readonly #data = join(this.#folder, "data");
  readonly #log = join(this.#folder, "registry.log");

  constructor(workers: number) {
    this.#workers = workers;
  }

  async prepare(): Promise<void> {
    const registry = await RegistryProcess.start(await freePort(), this.#data, this.#log);
    await prepare(registry.port);
    await registry.kill();
  }

  /** Each run has a separate process, so that no run is affected by the previous one. */
  async suffer({ name }: Bomb): Promise<Suffered> {
    const registry = await RegistryProcess.start(await freePort(), this.#data, this.#log, {
      by: onCore(0),
      workers: this.#workers,
    });
    try {
      const pinger = await Pinger.start(registry.port);
      await Bun.sleep(300);
      const before = await readStalls(registry.port);
      // Resets the peaks to the current resident memory.
      for (const pid of registry.pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
      pinger.reset();
      const replies = await drop(name, registry.port);
      await Bun.sleep(100);
      const pingMs = pinger.end();
      const after = await readStalls(registry.port);
      const stalls = { wholeMs: longestMs(before.whole, after.whole), ownMs: longestMs(before.own, after.own) };
      // Of the process that takes most: the supervisor or a worker.
      const memoryMiB = Math.max(...registry.pids.map((pid) => readMemory(pid, "VmHWM"))) / MiB;
      return { replies, memoryMiB, stalls, pingMs };
    } finally {
      await registry.kill();
    }
  }
}

async function readStalls(port: number): Promise<StallCounts> {
  return stallCounts(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
}

async function drop(name: string, port: number): Promise<Replies> {
  const command = [...onCore(1), process.execPath, join(import.meta.dir, "dropper.ts"), name, String(port)];
  const child = Bun.spawn(command, { stdin: "ignore", stderr: "inherit" });
  const endIt = () => child.kill("SIGKILL");
  process.on("exit", endIt);
  const [text, status] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  process.off("exit", endIt);
  if (status !== 0) throw new Error(`the bomb "${name}" ended with ${status}`);
  return JSON.parse(text) as Replies;
}

/** The failure of a bomb; undefined if the registry met all limits. */
function complaint(
  { expected }: Bomb,
  { replies, memoryMiB, stalls }: Suffered,
  stallBarMs: number,
): string | undefined {
  const strange = Object.keys(replies).filter((kind) => !expected.includes(kind));
  if (strange.length > 0) return `answered ${strange.join(", ")}`;
  if (!((replies[expected[0]] ?? 0) > 0)) return `never answered ${expected[0]}`;
  if (memoryMiB >= memoryBarMiB) return `${memoryBarMiB} MiB reached`;
  return stalls.ownMs > stallBarMs ? `an own stall of more than ${stallBarMs} ms` : undefined;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function judge(range: Range, bomb: Bomb, { runs, stallBarMs }: Choices): Promise<boolean> {
  let failures = 0;
  for (let run = 1; run <= Math.max(runs, failures > 0 ? 1 + 2 * failuresAllowed : 1); run += 1) {
    const suffered = await range.suffer(bomb);
    const wrong = complaint(bomb, suffered, stallBarMs);
    if (wrong !== undefined) failures += 1;
    const { replies, memoryMiB, stalls, pingMs } = suffered;
    const counts = Object.entries(replies).map(([kind, count]) => `${count} x ${kind}`);
    const figures = `${counts.join(", ")}; ${Math.round(memoryMiB)} MiB; stall at most ${stalls.wholeMs} ms, own ${stalls.ownMs} ms, ping ${pingMs.toFixed(1)} ms`;
    print(`     run ${run}: ${figures}${wrong === undefined ? "" : `; ${wrong}`}`);
    if (failures > failuresAllowed) break;
  }
  const held = failures <= failuresAllowed;
  print(`${held ? "ok  " : "FAIL"} ${bomb.name}`);
  return held;
}

interface Choices {
  readonly only: string;
  readonly runs: number;
  readonly workers: number;
  /** The maximum stall of the event loop in milliseconds, without its wait for a CPU. */
  readonly stallBarMs: number;
}

async function main(choices: Choices): Promise<number> {
  const { only } = choices;
  print("stall: the longest stall of the event loop; own: without its wait for a core, which the limit applies to");
  print(apart ? "the registry on one core, its clients on another" : "the registry shares its core with its clients");
  const range = new Range(choices.workers);
  await range.prepare();
  let passed = 0;
  const chosen = bombs.filter(({ name }) => name.includes(only));
  for (const bomb of chosen) if (await judge(range, bomb, choices)) passed += 1;
  print(`${passed} passed, ${chosen.length - passed} failed`);
  return passed === chosen.length && passed > 0 ? 0 : 1;
}

let choices: Choices;
try {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      runs: { type: "string", default: "1" },
      workers: { type: "string", default: "1" },
      "stall-bar": { type: "string", default: "50" },
    },
  });
  if (!/^[1-9]\d?$/.test(values.runs))
    throw new Error(`--runs is ${values.runs}; it has to be a whole number from 1 to 99`);
  if (!/^[1-9]$/.test(values.workers))
    throw new Error(`--workers is ${values.workers}; it has to be a whole number from 1 to 9`);
  if (!/^[1-9]\d{0,3}$/.test(values["stall-bar"]))
    throw new Error(`--stall-bar is ${values["stall-bar"]}; it has to be a whole number from 1 to 9999`);
  choices = {
    only: values.only,
    runs: Number(values.runs),
    workers: Number(values.workers),
    stallBarMs: Number(values["stall-bar"]),
  };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
