/** Many small writes. */
import type { Bench, Comparison, Participant } from "../comparison.ts";
import { drive, type Drive } from "../load/drive.ts";
import type { Medium } from "../places.ts";

const clients = 16;

export const many: readonly Comparison[] = [
  {
    name: "images",
    title: () => `small images (3 blobs of 4 KiB and a manifest), ${clients} clients, disk`,
    unit: "per s",
    bars: [{ kind: "of peers", least: 1.5 }],
    warmUp: true,
    participants: (bench) => writers(bench, images, "disk"),
  },
  {
    name: "images-unsynced",
    title: () => "the same, the peers in tmpfs, where no sync costs them anything",
    unit: "per s",
    bars: [{ kind: "of peers", least: 1.5 }],
    warmUp: true,
    participants: (bench) => writers(bench, images, "tmpfs"),
  },
  {
    name: "tags-set",
    title: ({ tags }) => `tags set in one repository, up to ${tags} a round, ${clients} clients, disk`,
    unit: "per s",
    bars: [{ kind: "of peers", least: 5 }],
    warmUp: true,
    participants: (bench) => writers(bench, tags, "disk"),
  },
];

type Load = (bench: Bench) => Omit<Drive, "url" | "concurrency">;

const images: Load = ({ seconds }) => ({ work: "push-images", seconds });
const tags: Load = ({ seconds, scale }) => ({ work: "tags-set", seconds, count: scale.tags, repository: "bench" });

/** Lading writes to the disk, and the peers write to `peersOn`. */
function writers(bench: Bench, load: Load, peersOn: Medium): Participant[] {
  return bench.registries.map(({ name, role, start }) => ({
    name,
    role,
    async start() {
      const { url, end } = await start(bench.places.folder(role === "peer" ? peersOn : "disk", name));
      const measure = async () => (await drive({ ...load(bench), url, concurrency: clients })).operationsPerSecond;
      return { measure, end };
    },
  }));
}
