// Tests many, large, slow and silent uploads: `bun checks/streaming/run.ts`, or `scripts/streaming`.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { earlyRefusal } from "./early-refusal.ts";
import { largeBlob } from "./large-blob.ts";
import { manyPushes } from "./many-pushes.ts";
import { Place } from "./place.ts";
import { Report } from "./report.ts";
import { sendfile } from "./sendfile.ts";
import { slowUploads } from "./slow-uploads.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/streaming [options]
  --gigabytes N     size of the large blob (10); twice that is needed on the disk of TMPDIR
  --slow-seconds N  how long the slow upload takes (90)`;
helpFor(usage);

/** Runs the cases one after the other, except for the slow ones, which need only time. */
async function main(gigabytes: number, slowSeconds: number): Promise<number> {
  const report = new Report();
  const place = new Place();
  const slow = slowUploads(report, place, slowSeconds);
  await manyPushes(report, place);
  await sendfile(report, place);
  await earlyRefusal(report, place);
  await largeBlob(report, place, gigabytes);
  await slow;
  return report.finish();
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${flag} is ${text}; it has to be a whole number above 0`);
  return Number(text);
}

let choices: { gigabytes: number; slowSeconds: number };
try {
  if (!existsSync("/proc/self/status")) throw new Error("it needs Linux: memory is read from /proc");
  const { values } = parseArgs({
    options: { gigabytes: { type: "string", default: "10" }, "slow-seconds": { type: "string", default: "90" } },
  });
  choices = {
    gigabytes: wholeNumber("gigabytes", values.gigabytes),
    slowSeconds: wholeNumber("slow-seconds", values["slow-seconds"]),
  };
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(choices.gigabytes, choices.slowSeconds));
