import { serverLimits } from "./limits.ts";
import type { Log } from "../base/log.ts";
import type { Gauge } from "../http/observe/metrics.ts";
import type { Damage } from "../registry/services.ts";

/** `DamageReports` logs and counts stored content whose bytes are missing or wrong, each once for a process. */
export class DamageReports {
  readonly #log: Log;
  readonly #reported = new Set<string>();
  readonly #counts = { blob: 0, manifest: 0 };

  constructor(log: Log) {
    this.#log = log;
  }

  report(damage: Damage): void {
    const { content, digest, key, repository } = damage;
    const name = `${content} ${digest} ${key ?? repository}`;
    if (this.#reported.has(name)) return;
    if (this.#reported.size >= serverLimits.damageReportsKept) this.#reported.clear();
    this.#reported.add(name);
    this.#counts[content] += 1;
    const message = `the stored bytes of a ${content} are missing or wrong; push it again`;
    this.#log.event(message, { digest, key, repository }, "error");
  }

  /** Makes the two counters. */
  readings(): Gauge[] {
    return [
      {
        name: "lading_damaged_blobs_total",
        help: "Blobs whose stored bytes were found missing or wrong.",
        type: "counter",
        read: () => this.#counts.blob,
      },
      {
        name: "lading_damaged_manifests_total",
        help: "Manifests whose stored bytes were found missing or wrong.",
        type: "counter",
        read: () => this.#counts.manifest,
      },
    ];
  }
}
