/** The metrics of a process. Names without `lading_` are those that every Prometheus client library uses. */
import { readdirSync, statfsSync, statSync } from "node:fs";
import { descriptorLimit } from "../base/fs/descriptors.ts";
import manifest from "../../package.json" with { type: "json" };
import { EventLoopMonitor } from "../base/event-loop-monitor.ts";
import { emptySeries, observe, type Histogram } from "../http/observe/exposition.ts";
import type { Gauge, Metrics } from "../http/observe/metrics.ts";
import type { Scheduler } from "../jobs/scheduler.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { ContentCounts } from "./content-counts.ts";
import { places } from "./primary.ts";

/** The metrics of each process, which are summed over several processes. */
export function processReadings(): Gauge[] {
  return [
    {
      name: "process_resident_memory_bytes",
      help: "Resident memory in bytes, summed over processes; shared pages count once for each.",
      read: () => process.memoryUsage.rss(),
    },
    {
      name: "process_cpu_seconds_total",
      help: "User and system CPU time in seconds.",
      type: "counter",
      read: () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    },
    { name: "process_open_fds", help: "Open file descriptors.", read: openDescriptors },
    { name: "process_max_fds", help: "Limit on open file descriptors.", read: descriptorLimit },
  ];
}

/** The resident memory of one process, so that several can be distinguished. */
export function memoryOf(name: string): Gauge {
  return {
    name: "lading_process_resident_memory_bytes",
    help: "Resident memory in bytes, by process.",
    labels: `process="${name}"`,
    read: () => process.memoryUsage.rss(),
  };
}

/** The metrics of the whole registry, which only the primary reports. */
export function registryReadings(data: string): Gauge[] {
  const startedAt = Date.now() / 1000 - process.uptime();
  return [
    {
      name: "lading_build_info",
      help: "Always 1; the labels tell the release and its runtime.",
      labels: `version="${manifest.version}",runtime="bun ${Bun.version}"`,
      read: () => 1,
    },
    {
      name: "process_start_time_seconds",
      help: "Start time of the registry in seconds since the Unix epoch.",
      read: () => startedAt,
    },
    {
      name: "lading_filesystem_size_bytes",
      help: "Size of the filesystem of the data directory.",
      read: () => filesystem(data).size,
    },
    {
      name: "lading_filesystem_free_bytes",
      help: "Free bytes of that filesystem that this user may use.",
      read: () => filesystem(data).free,
    },
    {
      name: "lading_metadata_bytes",
      help: "Bytes of the metadata database and its log, inline blobs and manifests included.",
      read: () => sizeOf(places.metadata(data)) + sizeOf(`${places.metadata(data)}-wal`),
    },
  ];
}

/** The upper bounds of the stall histograms, in seconds. */
const stallBounds = [0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5];

/** Monitors the event loop of this process and adds the results to the metrics. Returns a function that ends it. */
export function watchLoop(metrics: Metrics): () => void {
  const [whole, own] = [emptySeries(stallBounds), emptySeries(stallBounds)];
  const loop = new EventLoopMonitor(({ wholeMs, ownMs }) => {
    observe(whole, stallBounds, wholeMs / 1000);
    observe(own, stallBounds, ownMs / 1000);
  });
  metrics.addHistogram(() => {
    // The work that delays this answer has also delayed the timer.
    loop.ring();
    return stallHistogram("lading_event_loop_stall_seconds", "Seconds by which the event loop was late.", whole);
  });
  const help = "The same, minus the time the thread was ready but had no CPU.";
  metrics.addHistogram(() => stallHistogram("lading_event_loop_own_stall_seconds", help, own));
  return loop.start();
}

function stallHistogram(name: string, help: string, series: ReturnType<typeof emptySeries>): Histogram {
  // A copy, so that later observations do not change the sample.
  return { name, help, bounds: stallBounds, series: new Map([["", structuredClone(series)]]) };
}

/** Adds the counts of the stored content to the metrics. Returns a function that ends the counting. */
export async function countContent(
  metrics: Metrics,
  store: MetadataStore,
  scheduler: Scheduler,
): Promise<() => Promise<void>> {
  const counts = new ContentCounts(store);
  for (const reading of counts.readings()) metrics.add(reading);
  await counts.refresh();
  return scheduler.start(counts.job);
}

/** The size and the free space of a filesystem in bytes; NaN if the system does not report them. */
function filesystem(path: string): { readonly size: number; readonly free: number } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { size: bsize * blocks, free: bsize * bavail };
  } catch {
    return { size: NaN, free: NaN };
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The number of open file descriptors; NaN on systems without /proc. */
function openDescriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return NaN;
  }
}
