/** What a process says of itself in the metrics. */
import type { LoopWatch } from "../base/loop-watch.ts";
import type { Gauge } from "../http/metrics.ts";

export function memoryReading(): Gauge {
  return {
    name: "process_resident_memory_bytes",
    help: "Resident memory; of several processes, the sum, in which what they share counts for each.",
    read: () => process.memoryUsage.rss(),
  };
}

/** The same for each process by itself. */
export function memoryOf(name: string): Gauge {
  return {
    name: "lading_process_resident_memory_bytes",
    help: "Resident memory by process.",
    labels: `process="${name}"`,
    read: () => process.memoryUsage.rss(),
  };
}

export function loopReadings(loop: LoopWatch): Gauge[] {
  return [
    {
      name: "lading_event_loop_stall_seconds",
      help: "Longest time that the event loop of a process was held up, since the metrics were read before.",
      across: "max",
      read: () => loop.takeLongest("whole"),
    },
    {
      name: "lading_event_loop_own_stall_seconds",
      help: "The same without what the loop's thread waited for a core that other threads had.",
      across: "max",
      read: () => loop.takeLongest("own"),
    },
  ];
}
