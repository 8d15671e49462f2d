import { serverLimits } from "../limits.ts";

/** A process that has to answer heartbeats. */
export interface Watched {
  /** Whether the process has reported that it listens. */
  readonly listening: boolean;
  readonly heartbeat: Heartbeat;
}

/**
 * `Heartbeat` counts the consecutive heartbeats that a process has not answered. Heartbeats are turns of the event
 * loop of the asking process, and not time. A machine that sleeps, or a process group that is stopped and continued,
 * misses only one.
 */
export class Heartbeat {
  readonly #ask: () => Promise<unknown>;
  #waiting = false;
  #missed = 0;

  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  get missed(): number {
    return this.#missed;
  }

  beat(): void {
    if (this.#waiting) {
      this.#missed += 1;
      return;
    }
    this.#waiting = true;
    const answered = () => {
      this.#waiting = false;
      this.#missed = 0;
    };
    // A process that has exited gets no more heartbeats.
    void this.#ask().then(answered, () => undefined);
  }
}

/**
 * Returns the processes that are stuck and must be killed now. Of those that listen, it returns at most one, and only
 * if all others answer: if everything is slow for a reason that a new process does not remove, some processes still
 * answer. A process that does not listen yet gets more time.
 */
export function stuckAmong<Each extends Watched>(places: number, watched: readonly Each[]): Each[] {
  const starting = watched.filter(({ listening, heartbeat }) => {
    return !listening && heartbeat.missed >= serverLimits.workerStartBeats;
  });
  const listening = watched.filter((one) => one.listening);
  const silent = listening.filter(({ heartbeat }) => heartbeat.missed >= serverLimits.workerSilentBeats);
  return listening.length < places ? starting : [...starting, ...silent.slice(0, 1)];
}
