import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import { jobLimits } from "../jobs/limits.ts";
import type { Job } from "../jobs/scheduler.ts";
import type { Gauge } from "../http/observe/metrics.ts";
import { counted, measured, type Counted, type Measured, type MetadataReads } from "../metadata/store.ts";

type Metric = Pick<Gauge, "name" | "help">;

const counts: Readonly<Record<Counted, Metric>> = {
  repositories: { name: "lading_repositories", help: "Repositories in the catalogue." },
  manifests: { name: "lading_manifests", help: "Manifests of all repositories." },
  tags: { name: "lading_tags", help: "Tags of all repositories." },
  blobs: { name: "lading_blobs", help: "Distinct blobs." },
  uploads: {
    name: "lading_upload_sessions",
    help: "Upload sessions in the database. Those without bytes are there after half a second.",
  },
};

const sizes: Readonly<Record<Measured, Metric>> = {
  manifests: { name: "lading_manifest_bytes", help: "Bytes of the manifests of all repositories." },
  blobs: { name: "lading_blob_bytes", help: "Bytes of the distinct blobs." },
};

/**
 * `ContentCounts` counts the stored content and its bytes. It counts every `jobLimits.contentCountMs`, and not for each
 * scrape.
 */
export class ContentCounts {
  readonly #store: Pick<MetadataReads, "count" | "measure">;
  readonly #values = new Map<string, number>();

  constructor(store: Pick<MetadataReads, "count" | "measure">) {
    this.#store = store;
  }

  /** Makes one gauge for each number. Its value is NaN before the first count. */
  readings(): Gauge[] {
    return [...Object.values(counts), ...Object.values(sizes)].map(({ name, help }) => ({
      name,
      help: `${help} Counted once a minute.`,
      read: () => this.#values.get(name) ?? NaN,
    }));
  }

  /** The job that counts periodically. */
  get job(): Job {
    return { name: "content counts", everyMs: jobLimits.contentCountMs, run: () => this.refresh() };
  }

  /** Counts now. If the database cannot be read, the numbers stay unchanged; requests of clients report the error. */
  async refresh(): Promise<void> {
    for (const what of counted) await this.#set(counts[what], this.#store.count(what));
    for (const what of measured) await this.#set(sizes[what], this.#bytesOf(what));
  }

  async #set({ name }: Metric, value: Promise<number>): Promise<void> {
    const known = await value.catch(() => undefined);
    if (known !== undefined) this.#values.set(name, known);
  }

  async #bytesOf(what: Measured): Promise<number> {
    let sum = 0;
    for (let from: number | undefined = 0; from !== undefined;) {
      const start: number = from;
      const { bytes, next } = await eventLoopQueue.run("sum of sizes", () => this.#store.measure(what, start));
      sum += bytes;
      from = next;
    }
    return sum;
  }
}
