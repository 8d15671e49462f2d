// What the registry costs as things grow: `bun bench/curves/run.ts`, or `scripts/curves`.
import { join } from "node:path";
import type { Curve } from "./curve.ts";
import { curves, type CurveName } from "./curves.ts";
import { curveData, merge, type CurveData, type Point } from "./data.ts";
import { readParameters, usage, type Parameters } from "./parameters.ts";
import { Place } from "./pinned-registry.ts";
import { writeResults } from "./results.ts";

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function run({ only, to, places, seconds, rounds, out }: Parameters): Promise<void> {
  const { place, unpinned } = await Place.take();
  if (unpinned) say(`registry and load share what there is of cores: ${unpinned}`);
  for (const name of only) {
    const curve: Curve = curves[name];
    for (const size of curve.sizes.filter((each) => each <= to).slice(0, places)) {
      const needed = curve.room(size);
      if (place.freeBytes() < needed) {
        say(
          `${name} ${size}: SKIPPED, it needs ${gigabytes(needed)} of disk, there are ${gigabytes(place.freeBytes())}`,
        );
        continue;
      }
      const points = await curve.measure(size, { place, seconds, rounds });
      for (const point of points) say(`${name} ${size} ${lineOf(point)}`);
      await writeResults(out, curveData(name, merge(await known(out, name), points)));
    }
  }
}

async function known(out: string, name: CurveName): Promise<readonly Point[]> {
  const file = Bun.file(join(out, `${name}.json`));
  return (await file.exists()) ? ((await file.json()) as CurveData).points : [];
}

function lineOf({ series, at: _, ...figures }: Point): string {
  return `${series}: ${Object.entries(figures)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

let parameters: Parameters;
try {
  parameters = readParameters(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
await run(parameters);
process.exit(0);
