// Measures the cost of the registry as its content grows: `bun bench/curves/run.ts`, or `scripts/curves`.
import type { Curve, Subject } from "./curve.ts";
import { curves, type CurveName } from "./curves.ts";
import { curveData, merge } from "./data.ts";
import type { Point } from "./point.ts";
import { measure } from "./measure.ts";
import { readParameters, usage, type Parameters } from "./parameters.ts";
import { Place } from "./place.ts";
import { readResults, writeResults } from "./results.ts";
import { helpFor } from "../../test/support/program-help.ts";

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function run(parameters: Parameters): Promise<void> {
  if (parameters.draw) return redraw(parameters);
  const { place, unpinned } = await Place.take();
  if (unpinned) say(`registry and load share what there is of cores: ${unpinned}`);
  for (const name of parameters.only) await runCurve(name, place, parameters);
}

async function redraw({ only, out }: Parameters): Promise<void> {
  for (const name of only) {
    const known = await readResults(out, name);
    if (known) await writeResults(out, known);
    else say(`${name}: SKIPPED, there are no figures of it`);
  }
}

async function runCurve(name: CurveName, place: Place, { to, places, out, ...effort }: Parameters): Promise<void> {
  const sizes = curves[name].sizes.filter((each) => each <= to).slice(0, places);
  const subjects = await prepareAll(name, sizes, place);
  const points = [...subjects.flatMap((subject) => subject.points ?? []), ...(await measure(subjects, effort))];
  await place.clear();
  for (const point of points) say(`${name} ${lineOf(point)}`);
  await writeResults(out, curveData(name, merge((await readResults(out, name))?.points ?? [], points)));
}

/** All registries of a curve run at the same time, so that each round can measure all sizes. */
async function prepareAll(name: CurveName, sizes: readonly number[], place: Place): Promise<Subject[]> {
  const curve: Curve = curves[name];
  const subjects: Subject[] = [];
  let room = place.freeBytes();
  for (const size of sizes) {
    const needed = curve.room(size);
    if (room < needed) {
      say(`${name} ${size}: SKIPPED, it needs ${gigabytes(needed)} of disk, there are ${gigabytes(room)}`);
      continue;
    }
    room -= needed;
    subjects.push(await curve.prepare(size, place));
  }
  return subjects;
}

function lineOf({ series, at, ...figures }: Point): string {
  const told = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  return `${at} ${series}: ${told.join(", ")}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

helpFor(usage);
let parameters: Parameters;
try {
  parameters = readParameters(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
await run(parameters);
process.exit(0);
