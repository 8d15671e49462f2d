import { jobLimits } from "../jobs/limits.ts";
import type { Job } from "../jobs/scheduler.ts";
import type { Gauge } from "../http/observe/metrics.ts";
import { counted, type Counted, type MetadataReads } from "../metadata/store.ts";

const help: Readonly<Record<Counted, string>> = {
  repositories: "Repositories in the catalogue.",
  manifests: "Manifests of all repositories.",
  tags: "Tags of all repositories.",
  blobs: "Distinct blobs.",
};

/** How much the registry stores. It is counted every `jobLimits.contentCountMs`, not at each scrape. */
export class ContentCounts {
  readonly #store: Pick<MetadataReads, "count">;
  readonly #counts = new Map<Counted, number>();

  constructor(store: Pick<MetadataReads, "count">) {
    this.#store = store;
  }

  /** One gauge for each kind of content; NaN until it was counted. */
  readings(): Gauge[] {
    return counted.map((what) => ({
      name: `lading_${what}`,
      help: `${help[what]} Counted once a minute.`,
      read: () => this.#counts.get(what) ?? NaN,
    }));
  }

  /** Counts again and again. */
  get job(): Job {
    return { name: "content counts", everyMs: jobLimits.contentCountMs, run: () => this.refresh() };
  }

  /** A database that cannot be read leaves the numbers as they were: the reads of clients report that. */
  async refresh(): Promise<void> {
    for (const what of counted) {
      const count = await this.#store.count(what).catch(() => undefined);
      if (count !== undefined) this.#counts.set(what, count);
    }
  }
}
