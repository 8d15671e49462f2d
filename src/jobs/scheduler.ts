import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";

/** Work that the primary repeats. */
export interface Job {
  /** For the log, such as `upload expiry`. */
  readonly name: string;
  readonly everyMs: number;
  /** Does the work once. It may throw: the log tells the first failure of a series, and the next run tries again. */
  run(): Promise<void>;
}

/** Runs jobs at their intervals. A job does not start again while it is still running. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #log: Pick<Log, "event">;

  constructor(clock: Clock, log: Pick<Log, "event">) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Repeats a job until the returned function is called, which resolves when no run is in progress. */
  start(job: Job): () => Promise<void> {
    let running: Promise<void> | undefined;
    let isFailing = false;
    const run = async () => {
      try {
        await job.run();
        isFailing = false;
      } catch (error) {
        if (!isFailing) this.#log.event("a job failed", { job: job.name, error: (error as Error).message }, "error");
        isFailing = true;
      }
    };
    const stop = this.#clock.every(job.everyMs, () => {
      running ??= run().finally(() => {
        running = undefined;
      });
    });
    return async () => {
      stop();
      await running;
    };
  }
}
