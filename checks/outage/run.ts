// Kills and stops workers repeatedly, and measures the availability of the registry: `scripts/outage`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";
import { Report } from "../streaming/report.ts";
import { Probe, type Presence } from "./probe.ts";
import { helpFor } from "../../test/support/program-help.ts";

const usage = `usage: scripts/outage [options]
  --seconds N  how long workers are killed in each case (30)
  --workers N  processes that answer requests, at least 2 (2)
`;
helpFor(usage);

/** The minimum availability in percent, and the maximum duration of an outage in milliseconds. */
const bars = { allKilled: { percent: 60, longestMs: 3_000 }, oneKilled: { percent: 99, longestMs: 250 } } as const;
/** Milliseconds in which a worker that does not answer must be replaced. */
const stuckMs = 20_000;

interface Choices {
  readonly seconds: number;
  readonly workers: number;
}

function choices(): Choices {
  const options = {
    seconds: { type: "string", default: "30" },
    workers: { type: "string", default: "2" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    const [seconds, workers] = [Number(values.seconds), Number(values.workers)];
    if (!(seconds >= 1)) throw new Error("--seconds has to be 1 or more");
    if (!Number.isInteger(workers) || workers < 2) throw new Error("--workers has to be 2 or more");
    return { seconds, workers };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    return process.exit(2);
  }
}

/** The process ids of the supervisor's children. */
function workersOf(supervisor: number): number[] {
  const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean).map(Number);
}

/** Kills the workers that `victims` chooses, at intervals, for a number of seconds. */
async function killing(
  supervisor: number,
  { seconds, everyMs, victims }: { seconds: number; everyMs: number; victims: (pids: readonly number[]) => number[] },
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const pid of victims(workersOf(supervisor))) process.kill(pid, "SIGKILL");
    await Bun.sleep(everyMs);
  }
}

function held({ percent, longestMs, outages }: Presence, bar: { percent: number; longestMs: number }): string {
  const measured = `the port was open ${percent.toFixed(1)} % of the time; outages: ${outages.map((ms) => `${Math.round(ms)} ms`).join(", ") || "none"}`;
  if (percent < bar.percent || longestMs > bar.longestMs) {
    throw new Error(`${measured}; bars: ${bar.percent} %, at most ${bar.longestMs} ms`);
  }
  return measured;
}

const { seconds, workers } = choices();
const port = await freePort();
const folder = scratchFolder("lading-outage-");
const registry = await RegistryProcess.start(port, join(folder, "data"), join(folder, "log"), { workers });
const report = new Report();
const probe = new Probe(port);

await report.test("every worker killed every 3 s", async () => {
  const work = killing(registry.pid, { seconds, everyMs: 3_000, victims: (pids) => [...pids] });
  return held(await probe.during(work), bars.allKilled);
});
await report.test("one worker killed every 2 s", async () => {
  let next = 0;
  const oneOf = (pids: readonly number[]) => [pids[(next += 1) % pids.length]!];
  return held(await probe.during(killing(registry.pid, { seconds, everyMs: 2_000, victims: oneOf })), bars.oneKilled);
});
await report.test("one worker stopped", async () => {
  const [victim] = workersOf(registry.pid);
  process.kill(victim!, "SIGSTOP");
  const began = performance.now();
  while (workersOf(registry.pid).includes(victim!)) {
    if (performance.now() - began > stuckMs) throw new Error(`it was there after ${stuckMs} ms`);
    await Bun.sleep(50);
  }
  const goneMs = performance.now() - began;
  await probe.untilAllAnswer(workers * 20);
  const wellMs = performance.now() - began;
  return `killed after ${Math.round(goneMs)} ms, and every new connection answered after ${Math.round(wellMs)} ms`;
});
await registry.kill();
process.exit(report.finish());
