/** Resident memory of the largest process of each registry. */
import { plain, type Bench, type Comparison, type Participant } from "../comparison.ts";
import type { Contender, RunningRegistry } from "../contender.ts";
import { blobTarget, manifestTarget, requireTarget } from "../load/content.ts";
import { drive, pullSlowly } from "../load/drive.ts";
import { peakMegabytes } from "../usage.ts";

const idleMs = 1_000;
const pushSeconds = 300;

export const memory: readonly Comparison[] = [
  {
    ...about("rss-idle", 80),
    title: () => "resident memory, idle",
    participants: (bench) => each(bench, whenIdle),
  },
  {
    ...about("rss-pulls", 150),
    title: ({ slowPulls, mediumBytes }) => `resident memory in ${slowPulls} slow pulls of ${mebibytes(mediumBytes)}`,
    participants: (bench) => each(bench, inSlowPulls),
  },
  {
    ...about("rss-pushes", 200),
    title: ({ manyPushes, mediumBytes }) =>
      `resident memory in ${manyPushes} pushes of ${mebibytes(mediumBytes)} at once, tmpfs`,
    rounds: 1,
    participants: (bench) => each(bench, inPushes),
  },
];

function about(name: string, most: number) {
  return { name, unit: "MB", bars: [{ kind: "at most", value: most }] } as const;
}

type Measure = (registry: RunningRegistry, bench: Bench) => Promise<number>;

function each(bench: Bench, measure: Measure): Participant[] {
  return bench.registries.map((registry) => participant(bench, registry, measure));
}

/** Uses a new process each time, because a process may keep memory that it once used. */
function participant(bench: Bench, { name, role, start }: Contender, measure: Measure): Participant {
  return plain(name, role, async () => {
    const folder = bench.places.folder("tmpfs", name);
    const registry = await start(folder);
    try {
      return await measure(registry, bench);
    } finally {
      await registry.end();
      bench.places.discard(folder);
    }
  });
}

/** Measures the memory after one image was pushed and read. */
async function whenIdle({ origin, pid }: RunningRegistry): Promise<number> {
  const target = manifestTarget();
  await target.push(origin);
  await requireTarget(origin, target);
  await Bun.sleep(idleMs);
  return peakMegabytes(pid, async () => {});
}

async function inSlowPulls({ origin, url, pid }: RunningRegistry, { scale, seconds }: Bench): Promise<number> {
  const target = blobTarget(scale.mediumBytes);
  await target.push(origin);
  await Bun.sleep(idleMs);
  return peakMegabytes(pid, () => pullSlowly(`${url}${target.path}`, scale.slowPulls, seconds));
}

function inPushes({ url, pid }: RunningRegistry, { scale }: Bench): Promise<number> {
  const { manyPushes: count, mediumBytes: size } = scale;
  const load = { work: "push-at-once", seconds: pushSeconds, concurrency: count, count, size } as const;
  return peakMegabytes(pid, () => drive({ ...load, url }));
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
