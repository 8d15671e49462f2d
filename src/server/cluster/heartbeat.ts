import { serverLimits } from "../limits.ts";

/** A process that is asked at each beat whether it is there. */
export interface Watched {
  /** It has said that it listens. */
  readonly listening: boolean;
  readonly heartbeat: Heartbeat;
}

/**
 * Counts the beats in a row that a process has left unanswered. Beats are turns of the asking process's own loop, and not
 * time: a machine that sleeps, or a group of processes that is stopped and continued, is one beat for all of them.
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
    // One that is gone is no longer asked.
    void this.#ask().then(answered, () => undefined);
  }
}

/**
 * Which of them are stuck, and to be killed now. Of those that listen it is one at a time, and only while all others do: when
 * everything is slow, for a reason that no new process mends, some still answer. One that has not begun to listen gets longer.
 */
export function stuckAmong<Each extends Watched>(places: number, watched: readonly Each[]): Each[] {
  const starting = watched.filter(({ listening, heartbeat }) => {
    return !listening && heartbeat.missed >= serverLimits.workerStartBeats;
  });
  const listening = watched.filter((one) => one.listening);
  const silent = listening.filter(({ heartbeat }) => heartbeat.missed >= serverLimits.workerSilentBeats);
  return listening.length < places ? starting : [...starting, ...silent.slice(0, 1)];
}
