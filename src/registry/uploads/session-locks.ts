import type { Clock } from "../../base/clock.ts";
import { uploadLimits } from "./limits.ts";
import type { SessionLock, SessionLocks } from "../services.ts";

/** `LocalSessionLocks` has the locks of this process. With several workers, it is in the supervisor. */
export class LocalSessionLocks implements SessionLocks {
  /** The locked sessions, each with a promise that resolves when it is unlocked. */
  readonly #locked = new Map<string, Promise<void>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get held(): ReadonlyMap<string, unknown> {
    return this.#locked;
  }

  async lock(id: string): Promise<SessionLock | undefined> {
    const deadline = this.#deadline();
    // Of the requests that wait, the first one takes the lock, and the others wait for it.
    while (this.#locked.has(id)) if (!(await this.#unlocked(id, deadline))) return undefined;
    const ended = Promise.withResolvers<void>();
    this.#locked.set(id, ended.promise);
    const unlock = () => {
      this.#locked.delete(id);
      ended.resolve();
    };
    return { unlock };
  }

  async handover(id: string): Promise<void> {
    const deadline = this.#deadline();
    while (this.#locked.has(id)) if (!(await this.#unlocked(id, deadline))) return;
  }

  #deadline(): number {
    return this.#clock.now() + uploadLimits.uploadHandoverMs;
  }

  /** Waits for the request that has the lock. Returns false if it still has it at the deadline. */
  async #unlocked(id: string, deadline: number): Promise<boolean> {
    await Promise.race([this.#locked.get(id), this.#clock.sleep(deadline - this.#clock.now())]);
    return this.#clock.now() < deadline;
  }
}
