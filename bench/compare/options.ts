/** The command line. */
import { availableParallelism, tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { configLimits } from "../../src/config/limits.ts";
import type { Scale } from "./scale.ts";
import { comparisons } from "./comparisons.ts";
import { parsePeer, type Peer } from "./peers.ts";

export interface Options {
  readonly only: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  readonly quick: boolean;
  readonly scale: Scale;
  readonly peers: readonly Peer[];
  readonly workers: number;
  readonly disk: string;
  readonly tmpfs: string;
  readonly json?: string;
  readonly report?: string;
  readonly earlier: readonly string[];
  readonly lock?: string;
  readonly stores?: string;
}

/** The default number of workers of the registry. */
const usualWorkers = Math.min(availableParallelism(), configLimits.workersUsual);

export const usage = `usage: scripts/bench [options]
  --only NAME[,NAME...]   of: ${comparisons.map(({ name }) => name).join(", ")}
  --rounds N              turns that everybody gets (5)
  --seconds N             how long a turn lasts where the time is chosen (3)
  --quick                 one short round with little of everything: whether it works, and no figure that counts
  --rows N                how many rows figures have to stay flat up to (1000000)
  --workers N             Lading runs in one process, and once more with so many workers; 1: not once more (${usualWorkers})
  --peer name=NAME[,binary=PATH][,config=TEMPLATE][,arguments=WORDS]
                          another peer, or another binary of a known one; may be repeated. {port}, {data} and, in the
                          arguments, {config} stand for what a run puts there
  --data DIR              where the disk is (${tmpdir()})
  --tmpfs DIR             where memory is (/dev/shm)
  --stores DIR            keeps the databases with many rows there, for the next run
  --lock FILE             measures each round under flock(1) of this file, so that others on the machine can wait
  --json FILE             also writes the figures into this file
  --with FILE[,FILE...]   adds the comparisons of earlier files of --json that this run does not make
  --report FILE           writes the table between its two markers in this file`;

const full: Scale = {
  largeBytes: 512 * 2 ** 20,
  mediumBytes: 64 * 2 ** 20,
  tags: 20_000,
  repositories: 100_000,
  rows: 1_000_000,
  slowPulls: 1_000,
  manyPushes: 100,
};

const little: Scale = {
  largeBytes: 8 * 2 ** 20,
  mediumBytes: 2 ** 20,
  tags: 2_000,
  repositories: 2_000,
  rows: 5_000,
  slowPulls: 20,
  manyPushes: 8,
};

const text = { type: "string" } as const;

export function parseOptions(parameters: readonly string[], read: (path: string) => string): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      only: text,
      rounds: text,
      seconds: text,
      quick: { type: "boolean", default: false },
      rows: text,
      workers: text,
      peer: { type: "string", multiple: true, default: [] },
      data: { ...text, default: tmpdir() },
      tmpfs: { ...text, default: "/dev/shm" },
      lock: text,
      stores: text,
      json: text,
      with: text,
      report: text,
    },
  });
  const { quick, json, report, lock, stores } = values;
  const scale = quick ? little : full;
  return {
    only: namesIn(values.only),
    rounds: numberIn("rounds", values.rounds ?? (quick ? "1" : "5"), 1_000),
    seconds: numberIn("seconds", values.seconds ?? (quick ? "1" : "3"), 3_600),
    quick,
    scale: { ...scale, rows: numberIn("rows", values.rows ?? String(scale.rows), 100_000_000) },
    peers: values.peer.map((peer) => parsePeer(peer, read)),
    workers: numberIn("workers", values.workers ?? String(usualWorkers), configLimits.workersMost),
    disk: values.data,
    tmpfs: values.tmpfs,
    earlier: values.with?.split(",") ?? [],
    ...(json !== undefined && { json }),
    ...(report !== undefined && { report }),
    ...(lock !== undefined && { lock }),
    ...(stores !== undefined && { stores }),
  };
}

/** `none` selects no comparison, for a table of earlier figures only. */
function namesIn(given: string | undefined): string[] {
  const known = comparisons.map(({ name }) => name);
  if (given === undefined) return known;
  if (given === "none") return [];
  return given.split(",").map((name) => {
    if (known.includes(name)) return name;
    throw new Error(`--only "${name}" is none of ${known.join(", ")}`);
  });
}

function numberIn(flag: string, given: string, most: number): number {
  const number = /^[0-9]{1,9}$/.test(given) ? Number(given) : 0;
  if (number >= 1 && number <= most) return number;
  throw new Error(`--${flag} "${given}" is not a number from 1 to ${most}`);
}
