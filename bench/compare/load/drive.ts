/** The load drivers of this repository, each in a separate process. */
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figures } from "../../../src/loadtest/measurement.ts";
import type { WorkloadName } from "../../../src/loadtest/workloads.ts";
import { run } from "../command.ts";
import { main } from "../contender.ts";

export interface Drive {
  readonly url: string;
  readonly work: WorkloadName;
  readonly seconds: number;
  readonly concurrency: number;
  readonly count?: number;
  readonly size?: number;
  readonly repository?: string;
}

/** Longer than the preparation of a driver and its requests in flight may take. */
const patienceMs = 300_000;

/** Runs `lading bench` with one load. Throws if a response was wrong. */
export async function drive({ url, work, seconds, concurrency, count, size, repository }: Drive): Promise<Figures> {
  const json = join(tmpdir(), `lading-drive-${crypto.randomUUID()}.json`);
  const flags: Record<string, string | number | undefined> = {
    work,
    seconds,
    concurrency,
    count,
    size,
    repository,
    json,
  };
  const given = Object.entries(flags).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, String(value)],
  );
  try {
    await run([process.execPath, main, "bench", url, ...given], seconds * 1000 + patienceMs);
    const { figures } = JSON.parse(readFileSync(json, "utf8")) as { figures: readonly [Figures] };
    return figures[0];
  } finally {
    rmSync(json, { force: true });
  }
}

/** The number of HEADs that are answered per second. */
export async function headRate(url: string, connections: number, seconds: number): Promise<number> {
  const script = join(import.meta.dir, "head-rate.ts");
  const command = [process.execPath, script, url, String(connections), String(seconds)];
  return Number(await run(command, seconds * 1000 + patienceMs));
}

/** Runs many concurrent pulls, each of which reads slowly. */
export async function pullSlowly(url: string, count: number, seconds: number): Promise<void> {
  const script = join(import.meta.dir, "slow-pulls.ts");
  await run([process.execPath, script, url, String(count), String(seconds)], seconds * 1000 + patienceMs);
}
