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

/** `ContentCounts` counts the stored content. It counts every `jobLimits.contentCountMs`, and not for each scrape. */
export class ContentCounts {
  readonly #store: Pick<MetadataReads, "count">;
  readonly #counts = new Map<Counted, number>();

  constructor(store: Pick<MetadataReads, "count">) {
    this.#store = store;
  }

  /** Makes one gauge for each kind of content. Its value is NaN before the first count. */
  readings(): Gauge[] {
    return counted.map((what) => ({
      name: `lading_${what}`,
      help: `${help[what]} Counted once a minute.`,
      read: () => this.#counts.get(what) ?? NaN,
    }));
  }

  /** The job that counts periodically. */
  get job(): Job {
    return { name: "content counts", everyMs: jobLimits.contentCountMs, run: () => this.refresh() };
  }

  /** Counts now. If the database cannot be read, the numbers stay unchanged; requests of clients report the error. */
  async refresh(): Promise<void> {
    for (const what of counted) {
      const count = await this.#store.count(what).catch(() => undefined);
      if (count !== undefined) this.#counts.set(what, count);
    }
  }
}
