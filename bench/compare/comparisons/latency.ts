/** The latency of reads while other clients push. */
import { plain, type Bench, type Comparison, type Participant } from "../comparison.ts";
import type { Contender } from "../contender.ts";
import { manifestTarget } from "../load/content.ts";
import { drive } from "../load/drive.ts";
import { wrk } from "../load/wrk.ts";

const connections = 32;
const pushesAtOnce = 8;
/** The time until the driver of the pushes has started, hashed its content and reached full speed. */
const untilPushedMs = 2_000;

export const latency: readonly Comparison[] = [
  {
    name: "get-while-pushing",
    title: ({ mediumBytes }) =>
      `p99 of manifest GET, ${connections} connections, during ${pushesAtOnce} pushes of ${Math.round(mediumBytes / 2 ** 20)} MiB at once, to that without`,
    unit: "times",
    bars: [{ kind: "at most", value: 5 }],
    participants: (bench) => bench.registries.map((registry) => participant(bench, registry)),
  },
];

/** Uses a new registry each time, so that pushed content does not accumulate. */
function participant({ places, seconds, scale }: Bench, { name, role, start }: Contender): Participant {
  return plain(name, role, async () => {
    const folder = places.folder("tmpfs", name);
    const { origin, url, end } = await start(folder);
    const target = manifestTarget();
    const read = async () => (await wrk({ url: `${url}${target.path}`, connections, seconds })).p99Ms;
    const pushSeconds = seconds + Math.ceil(untilPushedMs / 1000);
    try {
      await target.push(origin);
      // A first read without a result, because the runtime compiles code that runs often.
      await read();
      const idle = await read();
      const pushing = drive({
        url,
        work: "push-at-once",
        concurrency: pushesAtOnce,
        size: scale.mediumBytes,
        seconds: pushSeconds,
      });
      const [busy] = await Promise.all([Bun.sleep(untilPushedMs).then(read), pushing]);
      return busy / idle;
    } finally {
      await end();
      places.discard(folder);
    }
  });
}
