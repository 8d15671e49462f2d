// Makes disks, files and processes fail under a registry and checks its behaviour: `bun checks/faults/run.ts`, or
// `scripts/faults`.
import { parseArgs } from "node:util";
import { casesOf } from "./cases.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/faults [options]
  --short       fewer errors of the kernel, and nothing that takes half a minute
  --only TEXT   only the cases whose name contains this`;
helpFor(usage);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(short: boolean, only: string): Promise<number> {
  const chosen = casesOf(short).filter(({ name }) => name.includes(only));
  let passed = 0;
  let skipped = 0;
  for (const { name, skipped: reason, run } of chosen) {
    if (reason !== undefined) {
      skipped += 1;
      print(`skip ${name}: ${reason}`);
      continue;
    }
    try {
      const figures = await run();
      passed += 1;
      print(`ok   ${name}: ${figures}`);
    } catch (error) {
      print(`FAIL ${name}: ${(error as Error).message}`);
    }
  }
  const failed = chosen.length - passed - skipped;
  print(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && chosen.length > 0 ? 0 : 1;
}

let options: { short: boolean; only: string };
try {
  const { values } = parseArgs({
    options: { short: { type: "boolean", default: false }, only: { type: "string", default: "" } },
  });
  options = values;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}
process.exit(await main(options.short, options.only));
