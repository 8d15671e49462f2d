// Measures how much expensive requests of some clients slow down other clients: `bun checks/dear-requests/run.ts`, or
// `scripts/dear-requests`.
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Histogram } from "../../src/loadtest/histogram.ts";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import type { Attack } from "./attack.ts";
import { attacks } from "./attacks.ts";
import { Honest, newTimes, type Times } from "./honest.ts";

const usage = `usage: scripts/dear-requests [options]
  --only TEXT     only the attacks whose name contains this
  --seconds N     for so long idle, and for so long under each attack, in turns (12)
  --workers LIST  with so many workers each (2,1)
  --bar N         under attack, the 99th percentile may be N times that of the idle registry (2)`;
helpFor(usage);

/** A shorter delay in milliseconds is not noticed. Below it, two idle runs differ by as much. */
const noticedMs = 5;
/**
 * A check fails if it fails in two of three runs, because another process on the machine can slow down any of them.
 */
const failuresAllowed = 1;
const turns = 4;
/** Milliseconds in which the registry notices closed connections and ends their work. */
const settleMs = 250;

interface Measured {
  readonly idle: Times;
  readonly loaded: Times;
  /** The number of responses to the attack with each status. */
  readonly replies: Readonly<Record<string, number>>;
}

/** The attacking process and its output. */
class Attacker {
  readonly #child;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, port: number) {
    const command = [process.execPath, join(import.meta.dir, "attacker.ts"), name, String(port)];
    this.#child = Bun.spawn(command, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    process.on("exit", () => this.#child.kill("SIGKILL"));
    this.#lines = linesOf(this.#child.stdout);
  }

  async ready(): Promise<void> {
    if ((await this.#lines.next()).value !== "ready") throw new Error("the attacker did not become ready");
  }

  begin(): void {
    this.#say("on");
  }

  async rest(): Promise<Record<string, number>> {
    this.#say("off");
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the attacker has ended");
    return JSON.parse(value) as Record<string, number>;
  }

  async end(): Promise<void> {
    await this.#child.stdin.end();
    await this.#child.exited;
  }

  #say(line: string): void {
    void this.#child.stdin.write(`${line}\n`);
    void this.#child.stdin.flush();
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    const lines = text.split("\n");
    text = lines.pop()!;
    yield* lines;
  }
}

async function measure(attack: Attack, port: number, ms: number): Promise<Measured> {
  const honest = new Honest(port);
  await Promise.all([honest.prepare(), attack.prepare(port)]);
  const attacker = new Attacker(attack.name, port);
  await attacker.ready();
  const [idle, loaded] = [newTimes(), newTimes()];
  const replies: Record<string, number> = {};
  // The first run of new code is slow in both measurements, so this one is not counted.
  await honest.run(settleMs, newTimes());
  for (let turn = 0; turn < turns; turn += 1) {
    await honest.run(ms / turns, idle);
    attacker.begin();
    await honest.run(settleMs, newTimes());
    await honest.run(ms / turns, loaded);
    for (const [kind, count] of Object.entries(await attacker.rest())) replies[kind] = (replies[kind] ?? 0) + count;
    await Bun.sleep(settleMs);
  }
  await attacker.end();
  return { idle, loaded, replies };
}

/** The failure of an attack; undefined if other clients hardly noticed it. */
function complaint({ expected }: Attack, { idle, loaded, replies }: Measured, bar: number): string | undefined {
  const strange = Object.keys(replies).filter((kind) => !expected.includes(Number(kind)));
  if (strange.length > 0) return `the attack was answered ${strange.join(", ")}`;
  for (const kind of ["put", "get"] as const) {
    const [before, under] = [idle[kind].quantile(0.99), loaded[kind].quantile(0.99)];
    if (under > bar * before && under > noticedMs) {
      return `p99 of ${kind.toUpperCase()} is ${(under / before).toFixed(1)} times that of the idle registry`;
    }
  }
  return undefined;
}

function figuresOf({ idle, loaded, replies }: Measured): string {
  const times = (of: Histogram) => `${of.quantile(0.5).toFixed(2)}/${of.quantile(0.99).toFixed(2)}`;
  const kinds = (["put", "get"] as const).map(
    (kind) => `${kind.toUpperCase()} ${times(idle[kind])} -> ${times(loaded[kind])} ms`,
  );
  const answered = Object.entries(replies).map(([kind, count]) => `${count} x ${kind}`);
  return `${kinds.join(", ")}; answered ${answered.join(", ") || "nothing yet"}`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function judge(attack: Attack, workers: number, { seconds, bar }: Choices, folder: string): Promise<boolean> {
  let failures = 0;
  for (let run = 1; run === 1 || (failures > 0 && run <= 1 + 2 * failuresAllowed); run += 1) {
    const data = join(folder, `${attacks.indexOf(attack)}-${workers}-${run}`);
    const registry = await RegistryProcess.start(await freePort(), data, join(folder, "registry.log"), { workers });
    try {
      const measured = await measure(attack, registry.port, seconds * 1_000);
      const wrong = complaint(attack, measured, bar);
      if (wrong !== undefined) failures += 1;
      print(`     run ${run}: ${figuresOf(measured)}${wrong === undefined ? "" : `; ${wrong}`}`);
    } finally {
      await registry.kill();
    }
    if (failures > failuresAllowed) break;
  }
  const held = failures <= failuresAllowed;
  print(`${held ? "ok  " : "FAIL"} ${attack.name}, ${workers} ${workers === 1 ? "worker" : "workers"}`);
  return held;
}

interface Choices {
  readonly only: string;
  readonly seconds: number;
  readonly workers: readonly number[];
  /** The maximum ratio of the 99th percentile under the attack to that of the idle registry. */
  readonly bar: number;
}

async function main(choices: Choices): Promise<number> {
  const { only, workers } = choices;
  print("p50/p99 of small manifest requests: idle -> while others send dear requests");
  const folder = scratchFolder("lading-dear-requests-");
  const chosen = attacks.filter(({ name }) => name.includes(only));
  let passed = 0;
  for (const count of workers) {
    for (const attack of chosen) if (await judge(attack, count, choices, folder)) passed += 1;
  }
  const total = workers.length * chosen.length;
  print(`${passed} passed, ${total - passed} failed`);
  return passed === total && passed > 0 ? 0 : 1;
}

function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new Error(`${name} is ${text}; it has to be a whole number from 1 to 99`);
}

let choices: Choices;
try {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      seconds: { type: "string", default: "12" },
      workers: { type: "string", default: "2,1" },
      bar: { type: "string", default: "2" },
    },
  });
  choices = {
    only: values.only,
    seconds: wholeNumber(values.seconds, "--seconds"),
    bar: wholeNumber(values.bar, "--bar"),
    workers: values.workers.split(",").map((count) => wholeNumber(count, "--workers")),
  };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
