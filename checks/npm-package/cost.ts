import { readFileSync } from "node:fs";
import { runToEnd, startProcess, withDirectory } from "../../test/support/process.ts";
import { fromSource } from "../../test/support/command.ts";
import type { Report } from "../streaming/report.ts";

const rounds = 10;

/** Measures what the command adds to the runtime: time at the start, and memory. */
export async function testCost(report: Report, command: readonly string[]): Promise<void> {
  await report.test("cost of the command", async () => {
    const [added, parent] = [await addedMs(command), await parentBytes(command)];
    return `${Math.round(added)} ms at the start, and ${(parent / 1e6).toFixed(1)} MB of memory for its own process`;
  });
}

/** The lowest times are compared, because other load of the machine only makes a start slower. */
async function addedMs(command: readonly string[]): Promise<number> {
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) times.push([await startMs(command), await startMs(fromSource)]);
  return Math.min(...times.map(([ms]) => ms)) - Math.min(...times.map(([, ms]) => ms));
}

async function startMs(command: readonly string[]): Promise<number> {
  const began = performance.now();
  const { code, stderr } = await runToEnd(["version"], {}, { command });
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return performance.now() - began;
}

/** The memory of the process of Node while the registry runs; 0 if the runtime has replaced it. */
function parentBytes(command: readonly string[]): Promise<number> {
  return withDirectory(async (path) => {
    const running = await startProcess(["--listen", "127.0.0.1:0", "--data", path], {}, { command });
    const own = running.greeting.some((line) => line.includes(`(process ${running.pid})`));
    const rollup = readFileSync(`/proc/${running.pid}/smaps_rollup`, "utf8");
    await running.end();
    return own ? 0 : Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)![1]) * 1024;
  });
}
