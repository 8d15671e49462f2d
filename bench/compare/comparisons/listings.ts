/** Pages of long lists, and the effect of a million rows on them. */
import { pathTo } from "../../../src/api/routes.ts";
import type { Bench, Comparison, Participant, Turns } from "../comparison.ts";
import type { Scale } from "../scale.ts";
import { drive } from "../load/drive.ts";
import { nameOf, pushRepositories, pushTags } from "../load/rows.ts";
import { wrk } from "../load/wrk.ts";
import type { Bar } from "../result.ts";
import { tagged } from "../stores.ts";

const entries = 1_000;
const connections = 4;
const writers = 16;
/** The rate with more rows must be at least this part of the rate with few rows. */
const flat: Bar = { kind: "at least", value: 0.8 };

/** A list that is read in pages. */
interface List {
  readonly of: string;
  readonly path: string;
  /** The name before the entry with this number. */
  readonly nameBefore: (nth: number) => string;
  readonly count: (scale: Scale) => number;
  readonly push: typeof pushTags;
}

const tagList: List = {
  of: "tags",
  path: pathTo("today", "tags", { name: tagged }),
  nameBefore: (nth) => nameOf("v", nth - 1),
  count: ({ tags }) => tags,
  push: pushTags,
};

const catalog: List = {
  of: "repositories",
  path: pathTo("today", "catalog", {}),
  nameBefore: (nth) => nameOf("team/zone-", nth - 1),
  count: ({ repositories }) => repositories,
  push: pushRepositories,
};

export const listings: readonly Comparison[] = [
  page(tagList),
  pageFlat(tagList),
  page(catalog),
  pageFlat(catalog),
  {
    name: "tags-set-flat",
    title: ({ rows, tags }) => `tags set with ${rows} tags stored, as a part of the rate with ${tags}`,
    unit: "of 1",
    bars: [flat],
    warmUp: true,
    participants: (bench) => [
      flatness(bench, async (url) => {
        const load = { work: "tags-set", seconds: bench.seconds, concurrency: writers, repository: "bench" } as const;
        return (await drive({ ...load, url })).operationsPerSecond;
      }),
    ],
  },
  {
    name: "start",
    title: ({ rows }) => `start to first reply with ${rows} manifests`,
    unit: "ms",
    bars: [{ kind: "at most", value: 500 }],
    participants: (bench) => [starter(bench)],
  },
];

function page(list: List): Comparison {
  return {
    name: `page-${list.of}`,
    title: (scale) => `page of ${entries} out of ${list.count(scale)} ${list.of}, ${connections} connections`,
    unit: "per s",
    bars: [{ kind: "of peers", least: 20 }],
    warmUp: true,
    participants: (bench) => bench.registries.map((registry) => pager(bench, registry, list)),
  };
}

function pageFlat(list: List): Comparison {
  return {
    name: `page-${list.of}-flat`,
    title: (scale) =>
      `page of ${entries} out of ${scale.rows} ${list.of}, as a part of the rate with ${list.count(scale)}`,
    unit: "of 1",
    bars: [flat],
    warmUp: true,
    participants: (bench) => [
      flatness(bench, (url, count) => pageRate(bench, url, list, count ?? list.count(bench.scale))),
    ],
  };
}

/** The rate of pages from the middle of the list. */
async function pageRate({ seconds }: Bench, url: string, list: List, count: number): Promise<number> {
  const query = new URLSearchParams({ n: String(entries), last: list.nameBefore(count / 2) });
  return (await wrk({ url: `${url}${list.path}?${query}`, connections, seconds })).requestsPerSecond;
}

function pager(bench: Bench, { name, role, start }: Bench["registries"][number], list: List): Participant {
  const { places, stores, scale } = bench;
  return {
    name,
    role,
    async start() {
      const own = role === "lading";
      const { origin, url, end } = await start(own ? await stores.few(scale) : places.folder("tmpfs", name));
      if (!own) await list.push(origin, list.count(scale));
      return { measure: () => pageRate(bench, url, list, list.count(scale)), end };
    },
  };
}

/** Lading with few and with many rows in the same round. The figure is the second rate divided by the first. */
function flatness(bench: Bench, rate: (url: string, count?: number) => Promise<number>): Participant {
  const { registries, scale, stores } = bench;
  const { name, role, start } = registries[0]!;
  return {
    name,
    role,
    async start(): Promise<Turns> {
      const few = await start(await stores.few(scale));
      const many = await start(await stores.many(scale));
      const measure = async () => {
        const below = await rate(few.url);
        return (await rate(many.url, scale.rows)) / below;
      };
      return { measure, end: async () => void (await Promise.all([few.end(), many.end()])) };
    },
  };
}

function starter({ registries, scale, stores }: Bench): Participant {
  const { name, role, start } = registries[0]!;
  return {
    name,
    role,
    async start() {
      const data = await stores.many(scale);
      const measure = async () => {
        const { readyMs, end } = await start(data);
        await end();
        return readyMs;
      };
      return { measure, end: async () => {} };
    },
  };
}
