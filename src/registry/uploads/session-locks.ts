import { uploadLimits } from "./limits.ts";
import type { SessionLock, SessionLocks } from "../services.ts";

/** The locks of this process; where there are workers, those of their supervisor. */
export class LocalSessionLocks implements SessionLocks {
  /** Sessions that are taken, and when they will be given back. */
  readonly #held = new Map<string, Promise<void>>();

  get held(): ReadonlyMap<string, unknown> {
    return this.#held;
  }

  async lock(id: string): Promise<SessionLock | undefined> {
    await this.handover(id);
    if (this.#held.has(id)) return undefined;
    const ended = Promise.withResolvers<void>();
    this.#held.set(id, ended.promise);
    const unlock = () => {
      this.#held.delete(id);
      ended.resolve();
    };
    return { unlock };
  }

  async handover(id: string): Promise<void> {
    const ended = this.#held.get(id);
    if (ended) await Promise.race([ended, Bun.sleep(uploadLimits.uploadHandoverMs)]);
  }
}
