// Damages signed manifests and archives of 2014, and judges the results of their readers: `scripts/fuzz-legacy`.
import { parseArgs } from "node:util";
import { print } from "../tally.ts";
import { archives } from "./archives.ts";
import { campaign } from "./campaign.ts";
import type { FuzzedReader } from "./reader.ts";
import { signedDocuments } from "./signed-documents.ts";
import { helpFor } from "../../../test/support/program-help.ts";

const usage = `usage: scripts/fuzz-legacy [options]
  --mutations N  how many of each are damaged (1000000)
  --seed N       repeats the damage of an earlier run; the keys that sign are new each time`;
helpFor(usage);

/** Milliseconds after which a reader of a document of a few kilobytes counts as hung. */
const longestMs = 5_000;
/** The maximum memory in bytes: the process has only the originals and one document at a time. */
const mostMemory = 1e9;

function run(reader: FuzzedReader, mutations: number, seed: number): boolean {
  const started = performance.now();
  const { outcomes, findings, slowestMs } = campaign(reader, mutations, seed);
  print(`${reader.name}: ${mutations} in ${Math.round((performance.now() - started) / 1000)} s`);
  for (const [outcome, count] of [...outcomes].toSorted(([, a], [, b]) => b - a)) print(`     ${count} ${outcome}`);
  for (const { number, what, bytes } of findings) {
    print(`FINDING ${number}: ${what}`);
    print(`     ${Buffer.from(bytes).toString("base64")}`);
  }
  const missed = reader.outcomes.filter((outcome) => !outcomes.has(outcome));
  return [
    property(findings.length === 0, `${findings.length} findings`),
    property(missed.length === 0, `every outcome came${missed.length > 0 ? ` but ${missed.join(", ")}` : ""}`),
    property(slowestMs <= longestMs, `the longest reading took ${Math.round(slowestMs)} ms of processor time`),
  ].every(Boolean);
}

function property(holds: boolean, text: string): boolean {
  print(`${holds ? "ok  " : "FAIL"} ${text}`);
  return holds;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${flag} is ${text}; it has to be a whole number`);
  return Number(text);
}

function main(): number {
  const { values } = parseArgs({
    options: {
      mutations: { type: "string", default: "1000000" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    },
  });
  const [mutations, seed] = [wholeNumber("mutations", values.mutations), wholeNumber("seed", values.seed)];
  print(`seed ${seed}`);
  const held = [signedDocuments, archives].map((reader) => run(reader, mutations, seed));
  // Only Linux reports this value in KiB.
  const most = process.resourceUsage().maxRSS * (process.platform === "linux" ? 1024 : 1);
  held.push(property(most <= mostMemory, `resident memory at most ${Math.round(most / 1e6)} MB`));
  return held.every(Boolean) ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exitCode = 2;
}
