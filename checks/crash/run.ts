// Kills the registry under load repeatedly: `bun checks/crash/run.ts`, or `scripts/crash`.
import { parseArgs } from "node:util";
import { defects, type Defect, type Violation } from "./model.ts";
import { Random } from "./random.ts";
import { scratchFolder } from "./registry-process.ts";
import { CrashingRegistry, readyBarMs } from "./rounds.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/crash [options]
  --rounds N   kills (50)
  --seed N     repeats the choices of an earlier run; the moment of each kill only roughly
  --workers N  processes that answer requests (1); with more, a worker is killed in each round before the supervisor is`;
helpFor(usage);

/** Violations of one case that are printed; the rest is counted. */
const violationsShown = 10;

const headings: Readonly<Record<Defect, string>> = {
  lost: "lost acknowledgements",
  "wrong bytes": "wrong bytes",
  resurrected: "undone deletes",
  stale: "tags on an older manifest",
  session: "wrong sessions",
  orphan: "files without a row",
  "unexpected answer": "unexpected answers",
};

class Tally {
  #passed = 0;
  #failed = 0;
  readonly #counts = new Map<Defect, number>();

  close(name: string, violations: readonly Violation[], misses: readonly string[] = []): void {
    for (const { defect } of violations) this.#counts.set(defect, (this.#counts.get(defect) ?? 0) + 1);
    const complaints = [...misses, ...violations.slice(0, violationsShown).map(({ text }) => text)];
    const hidden = violations.length - violationsShown;
    if (hidden > 0) complaints.push(`and ${hidden} more`);
    if (complaints.length === 0) this.#passed += 1;
    else this.#failed += 1;
    print(`${complaints.length === 0 ? "ok  " : "FAIL"} ${name}`);
    for (const complaint of complaints) print(`     ${complaint}`);
  }

  get summary(): string {
    return defects.map((defect) => `${headings[defect]}: ${this.#counts.get(defect) ?? 0}`).join(", ");
  }

  /** Prints the last line; returns the exit status. */
  finish(): number {
    print(`${this.#passed} passed, ${this.#failed} failed`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

async function main({ rounds, seed, workers }: Choices): Promise<number> {
  print(`seed ${seed}, ${rounds} rounds, ${workers} ${workers === 1 ? "process" : "workers"}`);
  const tally = new Tally();
  const registry = await CrashingRegistry.start(new Random(seed), scratchFolder("lading-crash-"), workers);
  let slowestMs = registry.readyMs;
  for (let number = 1; number <= rounds; number += 1) {
    const round = await registry.round();
    slowestMs = Math.max(slowestMs, round.readyMs);
    const late = round.readyMs < readyBarMs ? [] : [`ready only after ${readyBarMs} ms`];
    const numbers = [
      `${round.operations} operations, ${round.acknowledged} acknowledged`,
      `killed after ${round.loadMs} ms, ready in ${Math.round(round.readyMs)} ms, ${round.verified} verified`,
    ];
    tally.close(`round ${number}: ${numbers.join(", ")}`, round.violations, late);
  }
  const last = await registry.verifyAll();
  tally.close(`everything: ${last.verified} verified`, last.violations);
  const files = await registry.endAndSweep();
  tally.close(`files: ${files.swept.uploads} of sessions and ${files.swept.objects} objects swept`, files.violations);
  const { operations, acknowledged } = registry.world;
  print(`${operations} operations, ${acknowledged} acknowledged; ${tally.summary}`);
  const verdict = slowestMs < readyBarMs ? "met" : "not met";
  print(`slowest ready: ${Math.round(slowestMs)} ms; bar: under ${readyBarMs} ms, ${verdict}`);
  return tally.finish();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value === 0)
    throw new Error(`--${flag} is ${text}; it has to be a whole number above 0`);
  return value;
}

interface Choices {
  readonly rounds: number;
  readonly seed: number;
  readonly workers: number;
}

let choices: Choices;
try {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "50" },
      seed: { type: "string", default: String(1 + Math.floor(Math.random() * 999_999)) },
      workers: { type: "string", default: "1" },
    },
  });
  choices = {
    rounds: wholeNumber("rounds", values.rounds),
    seed: wholeNumber("seed", values.seed),
    workers: wholeNumber("workers", values.workers),
  };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices));
