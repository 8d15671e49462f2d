import { limits } from "../base/limits.ts";
import type { UploadRecord } from "../metadata/store.ts";

/** A session that one request writes to. */
export interface SessionLock {
  readonly unlock: () => void;
  /** The session, where whoever keeps the locks holds it and said so at once; otherwise the store knows. */
  readonly session?: UploadRecord | undefined;
}

/** Sees to it that one request writes to an upload session at a time, in whatever process it is answered. */
export interface SessionLocks {
  /** Takes the session, if need be after a while in which another request gives it back; undefined where that one goes on. */
  lock(id: string): Promise<SessionLock | undefined>;
  /** Waits, for a while, until nobody has it: a client may be back before its broken connection was noticed. */
  handover(id: string): Promise<void>;
}

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
    if (ended) await Promise.race([ended, Bun.sleep(limits.uploadHandoverMs)]);
  }
}
