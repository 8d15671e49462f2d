/** Small and large reads. The data is in memory, so that the disk has no effect. */
import type { Bench, Comparison, Participant } from "../comparison.ts";
import type { Contender } from "../contender.ts";
import { startConstant, startNginx, type LimitServer } from "../limits/servers.ts";
import { blobTarget, manifestTarget, requireTarget, type Target } from "../load/content.ts";
import { headRate } from "../load/drive.ts";
import { wrk } from "../load/wrk.ts";
import type { Bar } from "../result.ts";

/** Measures one figure of a server with requests for this URL. */
type Measure = (url: string, seconds: number) => Promise<number>;

const connections = 32;
const get: Measure = async (url, seconds) => (await wrk({ url, connections, seconds })).requestsPerSecond;
const head: Measure = (url, seconds) => headRate(url, connections, seconds);
const megabytes =
  (pulls: number): Measure =>
  async (url, seconds) =>
    (await wrk({ url, connections: pulls, seconds })).megabytesPerSecond;

const ofConstant = (least: number): Bar => ({ kind: "of limits", limits: ["constant"], least });
const ofPeers = (least: number): Bar => ({ kind: "of peers", least });
const ofNginx: Bar = { kind: "of limits", limits: ["nginx"], least: 0.9 };
const small = { unit: "per s", limit: limitOf("constant", startConstant) };
const large = { unit: "MB/s", limit: limitOf("nginx", startNginx), target: largeBlob };

const at = `${connections} connections`;

export const reads: readonly Comparison[] = [
  read({
    ...small,
    name: "manifest-get",
    title: `manifest GET by tag, ${at}`,
    target: manifestTarget,
    measure: get,
    bars: [ofConstant(0.6), ofPeers(2)],
  }),
  read({
    ...small,
    name: "manifest-head",
    title: `manifest HEAD, ${at}`,
    target: manifestTarget,
    measure: head,
    bars: [ofConstant(0.6)],
  }),
  read({
    ...small,
    name: "blob-head",
    title: `blob HEAD, ${at}`,
    target: smallBlobTarget,
    measure: head,
    bars: [ofConstant(0.6)],
  }),
  read({
    ...small,
    name: "blob-get-4k",
    title: `blob of 4 kB GET, ${at}`,
    target: smallBlobTarget,
    measure: get,
    bars: [ofConstant(0.5), ofPeers(1.5)],
  }),
  read({
    ...large,
    name: "blob-get-large",
    title: "large blob GET, 1 at a time",
    measure: megabytes(1),
    bars: [ofNginx],
  }),
  read({
    ...large,
    name: "blob-get-large-8",
    title: "large blob GET, 8 at once",
    measure: megabytes(8),
    bars: [ofNginx],
  }),
];

type Limit = (bench: Bench, target: Target, measure: Measure) => Participant;

interface Read {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly target: (bench: Bench) => Target;
  readonly measure: Measure;
  readonly limit: Limit;
  readonly bars: readonly Bar[];
}

function read({ name, title, unit, target: targetOf, measure, limit, bars }: Read): Comparison {
  return {
    name,
    title: ({ largeBytes }) => title.replace("large", `${Math.round(largeBytes / 2 ** 20)} MiB`),
    unit,
    bars,
    warmUp: true,
    participants(bench) {
      const target = targetOf(bench);
      return [
        ...bench.registries.map((registry) => reader(bench, registry, target, measure)),
        limit(bench, target, measure),
      ];
    },
  };
}

function reader({ places, seconds }: Bench, registry: Contender, target: Target, measure: Measure): Participant {
  return {
    name: registry.name,
    role: registry.role,
    async start() {
      const { origin, url, end } = await registry.start(places.folder("tmpfs", registry.name));
      await target.push(origin);
      await requireTarget(origin, target);
      return { measure: () => measure(`${url}${target.path}`, seconds), end };
    },
  };
}

function limitOf(name: string, start: (folder: string, target: Target) => Promise<LimitServer>): Limit {
  return ({ places, seconds }, target, measure) => ({
    name,
    role: "limit",
    async start() {
      const { url, end } = await start(places.folder("tmpfs", name), target);
      return { measure: () => measure(`${url}${target.path}`, seconds), end };
    },
  });
}

function smallBlobTarget(): Target {
  return blobTarget(4096);
}

function largeBlob({ scale }: Bench): Target {
  return blobTarget(scale.largeBytes);
}
