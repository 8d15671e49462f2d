import { withTimeout } from "../../base/async/timeout.ts";
import { uploadLimits } from "./limits.ts";
import type { SessionLock, SessionLocks } from "../services.ts";

/** `LocalSessionLocks` has the locks of this process. With several workers, it is in the supervisor. */
export class LocalSessionLocks implements SessionLocks {
  /** The locked sessions, each with a promise that resolves when it is unlocked. */
  readonly #locked = new Map<string, Promise<void>>();

  get held(): ReadonlyMap<string, unknown> {
    return this.#locked;
  }

  async lock(id: string): Promise<SessionLock | undefined> {
    const deadline = performance.now() + uploadLimits.uploadHandoverMs;
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
    const deadline = performance.now() + uploadLimits.uploadHandoverMs;
    while (this.#locked.has(id)) if (!(await this.#unlocked(id, deadline))) return;
  }

  /** Waits for the request that has the lock. Returns false if it still has it at the deadline. */
  #unlocked(id: string, deadline: number): Promise<boolean> {
    return withTimeout(deadline - performance.now(), this.#locked.get(id)!);
  }
}
