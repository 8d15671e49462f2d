import { type Clock } from "../../base/clock.ts";
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
    await this.handover(id);
    if (this.#locked.has(id)) return undefined;
    const ended = Promise.withResolvers<void>();
    this.#locked.set(id, ended.promise);
    const unlock = () => {
      this.#locked.delete(id);
      ended.resolve();
    };
    return { unlock };
  }

  async handover(id: string): Promise<void> {
    const ended = this.#locked.get(id);
    if (ended) await Promise.race([ended, this.#clock.sleep(uploadLimits.uploadHandoverMs)]);
  }
}
