/** Large pushes, one and many at a time, in memory and on the disk. */
import { plain, type Bench, type Comparison, type Participant } from "../comparison.ts";
import type { Contender } from "../contender.ts";
import { ddRate, sha256Rate } from "../limits/raw.ts";
import { drive, type Drive } from "../load/drive.ts";
import type { Medium } from "../places.ts";
import type { Role } from "../result.ts";
import { busyPart } from "../usage.ts";

/** Long enough that the time limit ends no push. */
const atMostSeconds = 120;
const atOnce = 8;

type Push = Pick<Drive, "work" | "concurrency" | "count" | "size">;

export const pushes: readonly Comparison[] = [
  {
    name: "push-tmpfs",
    title: ({ largeBytes }) => `push of ${mebibytes(largeBytes)} in one stream, tmpfs`,
    unit: "MB/s",
    bars: [{ kind: "of peers", least: 1.3 }],
    participants: (bench) => [...pushersOn(bench, "tmpfs", one(bench)), sha256(bench)],
  },
  {
    name: "push-disk",
    title: ({ largeBytes }) => `push of ${mebibytes(largeBytes)} in one stream, disk, Lading with fsync`,
    unit: "MB/s",
    bars: [{ kind: "of limits", limits: ["dd fsync", "lading on tmpfs"], least: 0.9 }],
    participants: (bench) => [
      ...pushersOn(bench, "disk", one(bench)),
      sha256(bench),
      dd(bench),
      pusher(bench, bench.registries[0]!, "tmpfs", one(bench), { name: "lading on tmpfs", role: "limit" }),
    ],
  },
  {
    name: "push-8",
    title: ({ mediumBytes }) => `pushes of ${mebibytes(mediumBytes)}, 8 at once, tmpfs`,
    unit: "MB/s",
    bars: [{ kind: "of peers", least: 1 }],
    participants: (bench) => [...pushersOn(bench, "tmpfs", many(bench)), sha256(bench)],
  },
  {
    name: "push-8-cores",
    title: ({ mediumBytes }) => `part of all cores busy in 8 pushes of ${mebibytes(mediumBytes)} at once, tmpfs`,
    unit: "of 1",
    bars: [{ kind: "at least", value: 0.9 }],
    participants: (bench) => pushersOn(bench, "tmpfs", many(bench), busyWhile),
  },
];

function one({ scale }: Bench): Push {
  return { work: "push-large", concurrency: 1, count: 1, size: scale.largeBytes };
}

function many({ scale }: Bench): Push {
  return { work: "push-at-once", concurrency: atOnce, count: 2 * atOnce, size: scale.mediumBytes };
}

type Measure = (drive: Drive) => Promise<number>;

const rate: Measure = async (push) => (await drive(push)).megabytesPerSecond;

/** The used part of all cores, including the driver, which needs much of it. The bar is that no core waits. */
async function busyWhile(push: Drive): Promise<number> {
  return busyPart(async () => void (await drive(push)));
}

function pushersOn(bench: Bench, medium: Medium, push: Push, measure: Measure = rate): Participant[] {
  return bench.registries.map((registry) => pusher(bench, registry, medium, push, registry, measure));
}

interface Named {
  readonly name: string;
  readonly role: Role;
}

/** Uses a new registry for each turn, so that pushed content does not accumulate. */
function pusher(
  { places }: Bench,
  registry: Contender,
  medium: Medium,
  push: Push,
  { name, role }: Named,
  measure: Measure = rate,
): Participant {
  return plain(name, role, async () => {
    const folder = places.folder(medium, registry.name);
    const { url, end } = await registry.start(folder);
    try {
      return await measure({ ...push, url, seconds: atMostSeconds });
    } finally {
      await end();
      places.discard(folder);
    }
  });
}

function sha256({ scale }: Bench): Participant {
  return plain("sha256", "limit", async () => sha256Rate(scale.largeBytes));
}

function dd({ places, scale }: Bench): Participant {
  const folder = places.folder("disk", "dd");
  return plain("dd fsync", "limit", () => ddRate(folder, scale.largeBytes));
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
