// Sends invalid and malicious requests to the registry, and judges the responses: `bun checks/fuzz/run.ts`, or
// `scripts/fuzz`.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rows } from "../../src/api/table.ts";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";
import { readMemory } from "../streaming/memory.ts";
import type { Conversation } from "./conversation.ts";
import { conversation } from "./conversations.ts";
import { checkLog, logProperties } from "./log-check.ts";
import type { Message } from "./message.ts";
import { hidingMessages, shapeCount } from "./smuggling.ts";
import { Speaker, type Listener } from "./speaker.ts";
import { Surroundings } from "./surroundings.ts";
import { print, Tally } from "./tally.ts";
import { repositories, stocking } from "./world.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/fuzz [options]
  --requests N  how many are sent, besides the sentinels behind them (50000)
  --seed N      repeats the requests of an earlier run
  --only K      speaks conversation K of that seed alone, and prints what came back
  --workers N   worker processes of the registry (1)`;
helpFor(usage);

/** The number of concurrent conversations, each on a separate connection. */
const speakers = 32;

interface Choices {
  readonly requests: number;
  readonly seed: number;
  readonly only: number | undefined;
  readonly workers: number;
}

async function main({ requests, seed, only, workers }: Choices): Promise<number> {
  print(`seed ${seed}, ${only === undefined ? `${requests} requests` : `conversation ${only}`}`);
  const started = performance.now();
  const folder = scratchFolder("lading-fuzz-");
  const surroundings = new Surroundings(folder);
  const log = join(folder, "registry.log");
  const options = { log: "info", cwd: surroundings.home, workers } as const;
  const registry = await RegistryProcess.start(await freePort(), surroundings.data, log, options);
  const tally = new Tally();

  await speakAll(registry.port, tally, only === undefined ? show.none : show.all, fixed(only));
  if (only === undefined) await speakAll(registry.port, tally, show.none, generated(tally, requests, seed));
  else await speakAll(registry.port, tally, show.all, [[`--seed ${seed} --only ${only}`, conversation(seed, only)]]);

  const seconds = (performance.now() - started) / 1000;
  print(
    `${tally.requests} requests in ${Math.round(seconds)} s, ${shapeCount} smuggling shapes among them in 3 forms each`,
  );
  tally.printOutcomes();
  tally.property(tally.found === 0, `replies: ${tally.found} requests were answered wrongly`);
  await judgeRegistry(tally, registry, surroundings, only === undefined);
  await judgeLog(tally, log);
  await registry.kill();
  return tally.finish();
}

type Spoken = readonly [origin: string, talk: Conversation];

/** The start of every run: the content, then the fixed shapes. */
function* fixed(only: number | undefined): Generator<Spoken> {
  for (const repository of repositories) yield [`stocking ${repository}`, each(stocking(repository))];
  if (only !== undefined) return;
  for (const message of hidingMessages) yield [`smuggling: ${message.name}`, each([message])];
}

function* generated(tally: Tally, requests: number, seed: number): Generator<Spoken> {
  for (let number = 0; tally.requests < requests; number += 1) {
    yield [`--seed ${seed} --only ${number}`, conversation(seed, number)];
  }
}

function* each(messages: Iterable<Message>): Conversation {
  for (const message of messages) yield [message];
}

const show: Readonly<Record<"none" | "all", Listener>> = {
  none: () => undefined,
  all: ({ bytes }, next) => {
    print(`sent ${JSON.stringify(Buffer.from(bytes).toString("latin1"))}`);
    print(
      `came ${typeof next === "object" ? `${next.status} ${JSON.stringify(next.headers)} ${JSON.stringify(next.body.toString("latin1"))}` : next}`,
    );
  },
};

async function speakAll(port: number, tally: Tally, listener: Listener, spoken: Iterable<Spoken>): Promise<void> {
  const queue = spoken[Symbol.iterator]();
  const hear: Listener = (message, next) => {
    tally.came(message, next);
    listener(message, next);
  };
  await Promise.all(
    Array.from({ length: speakers }, async () => {
      const speaker = new Speaker(port, hear);
      for (let next = queue.next(); !next.done; next = queue.next()) {
        const [origin, talk] = next.value;
        tally.note(origin, await speaker.speak(talk));
      }
      speaker.end();
    }),
  );
}

/** Checks of the process, and of the files outside of its data directory. */
async function judgeRegistry(
  tally: Tally,
  registry: RegistryProcess,
  around: Surroundings,
  whole: boolean,
): Promise<void> {
  const alive = !registry.ended && (await fetch(`http://127.0.0.1:${registry.port}/readyz`)).status === 200;
  tally.property(alive, "the process is alive and ready");
  if (!alive) return;
  const metrics = await (await fetch(`http://127.0.0.1:${registry.port}/metrics`)).text();
  const breaches = /^lading_reply_breaches_total (\d+)$/m.exec(metrics)?.[1];
  tally.property(breaches === "0", `lading_reply_breaches_total is ${breaches}`);
  if (whole) {
    const missed = rows.filter(({ id }) => !new RegExp(`_count\\{operation="${id}",status="[23]`).test(metrics));
    const names = missed.map(({ id }) => id).join(", ");
    tally.property(
      missed.length === 0,
      `of ${rows.length} rows ${rows.length - missed.length} succeeded at least once ${names}`,
    );
  }
  tally.property(around.untouched, "nothing outside of the data directory was made, changed or removed");
  for (const pid of registry.pids) {
    const [now, most] = [readMemory(pid, "VmRSS"), readMemory(pid, "VmHWM")].map((bytes) => Math.round(bytes / 1e6));
    print(`     resident memory of process ${pid}: ${now} MB, at most ${most} MB`);
  }
}

async function judgeLog(tally: Tally, path: string): Promise<void> {
  // The registry writes its log lines together, a moment after the last of them.
  await Bun.sleep(500);
  const { lines, complaints } = await checkLog(path);
  tally.property(lines > 0, `the log has ${lines} lines`);
  for (const name of logProperties) {
    const found = complaints.get(name);
    tally.property(
      !found,
      found ? `the log: ${name}, ${found.count} times, first: ${found.first}` : `the log: never ${name}`,
    );
  }
}

function wholeNumber(flag: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least)
    throw new Error(`--${flag} is ${text}; it has to be a whole number of at least ${least}`);
  return Number(text);
}

let choices: Choices;
try {
  const { values } = parseArgs({
    options: {
      requests: { type: "string", default: "50000" },
      seed: { type: "string", default: String(1 + Math.floor(Math.random() * 999_999)) },
      only: { type: "string" },
      workers: { type: "string", default: "1" },
    },
  });
  choices = {
    requests: wholeNumber("requests", values.requests, 1),
    seed: wholeNumber("seed", values.seed, 1),
    only: values.only === undefined ? undefined : wholeNumber("only", values.only, 0),
    workers: wholeNumber("workers", values.workers, 1),
  };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
