// Builds the executable and runs it as users do: `scripts/executable`.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { withDirectory } from "../../test/support/process.ts";
import { helpFor } from "../../test/support/program-help.ts";
import { Report } from "../streaming/report.ts";
import { build } from "./build.ts";
import { testCommands } from "./commands.ts";
import { measure } from "./figures.ts";
import { Place } from "./place.ts";
import { testServing } from "./serving.ts";
import { testTargets } from "./targets.ts";

const usage = `usage: scripts/executable [options]
  --all              also builds the executables for all machines; downloads about 250 MB at the first run
  --executable FILE  tests this executable instead of building dist/lading
  --rounds N         how often the start and the memory are measured (5)
`;
helpFor(usage);

interface Choices {
  readonly all: boolean;
  readonly executable: string | undefined;
  readonly rounds: number;
}

function choices(): Choices {
  const options = {
    all: { type: "boolean", default: false },
    executable: { type: "string" },
    rounds: { type: "string", default: "5" },
  } as const;
  try {
    if (!existsSync("/proc/self/smaps_rollup")) throw new Error("it needs Linux: memory is read from /proc");
    const { values } = parseArgs({ options });
    const rounds = Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds has to be a whole number above 0");
    const executable = values.executable === undefined ? undefined : resolve(values.executable);
    if (executable !== undefined && !existsSync(executable)) throw new Error(`there is no file ${executable}`);
    return { all: values.all, executable, rounds };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

const { all, executable, rounds } = choices();
const report = new Report();
const built = executable ?? (await build(report));
await withDirectory(async (path) => {
  const place = new Place(path, built);
  await testCommands(report, place);
  await testServing(report, place);
  await measure(report, place, rounds);
});
if (all) await testTargets(report);
process.exit(report.finish());
