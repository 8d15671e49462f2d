/** Many small writes. Everybody on the disk: Lading syncs what it answers, the others do not. */
import type { Bench, Comparison, Participant } from "../comparison.ts";
import { drive, type Drive } from "../load/drive.ts";

const clients = 16;

export const many: readonly Comparison[] = [
  {
    name: "images",
    title: () => `small images (3 blobs of 4 KiB and a manifest), ${clients} clients, disk`,
    unit: "per s",
    bars: [{ kind: "of peers", least: 1.5 }],
    participants: (bench) => writers(bench, ({ seconds }) => ({ work: "push-images", seconds })),
  },
  {
    name: "tags-set",
    title: ({ tags }) => `tags set in one repository, up to ${tags} a round, ${clients} clients, disk`,
    unit: "per s",
    bars: [{ kind: "of peers", least: 5 }],
    participants: (bench) =>
      writers(bench, ({ seconds, scale }) => ({ work: "tags-set", seconds, count: scale.tags, repository: "bench" })),
  },
];

type Load = (bench: Bench) => Omit<Drive, "url" | "concurrency">;

function writers(bench: Bench, load: Load): Participant[] {
  return bench.registries.map(({ name, role, start }) => ({
    name,
    role,
    async start() {
      const { url, end } = await start(bench.places.folder("disk", name));
      const measure = async () => (await drive({ ...load(bench), url, concurrency: clients })).operationsPerSecond;
      return { measure, end };
    },
  }));
}
