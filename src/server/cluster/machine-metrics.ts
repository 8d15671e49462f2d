import { withTimeout } from "../../base/async/timeout.ts";
import { serverLimits } from "../limits.ts";
import { cumulative, exposition, type Sample } from "../../http/observe/exposition.ts";
import type { Metrics } from "../../http/observe/metrics.ts";
import type { WorkerPool } from "./worker-pool.ts";

/**
 * `MachineMetrics` combines the metrics of all processes. The last metrics of an exited worker still count, so that
 * no counter decreases.
 */
export class MachineMetrics {
  readonly #own: Metrics;
  readonly #samples = new Map<number, Sample>();
  #ended = cumulative([]);
  /** The number of workers that have exited without a request to stop. */
  losses = 0;

  /** `own` has the metrics of the supervisor. */
  constructor(own: Metrics) {
    this.#own = own;
  }

  lost(number: number): void {
    this.losses += 1;
    const last = this.#samples.get(number);
    if (last) this.#ended = cumulative([this.#ended, last]);
    this.#samples.delete(number);
  }

  async expose({ members }: Pick<WorkerPool, "members">): Promise<string> {
    const replies = [...members].map(async ([number, { peer }]) => {
      const sample = await peer.call("sample");
      if (members.get(number)?.peer === peer) this.#samples.set(number, sample);
    });
    await withTimeout(serverLimits.workerSampleMs, Promise.allSettled(replies));
    return exposition([this.#own.sample(), this.#ended, ...this.#samples.values()]);
  }
}
