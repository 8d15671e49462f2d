import type { UploadRecord } from "../../metadata/store.ts";
import type { SessionLocks } from "../services.ts";
import { LocalSessionLocks } from "./session-locks.ts";

/** The locks of upload sessions, and which of them requests to this process have. */
export class UploadWriteLock {
  readonly #locks: SessionLocks;
  /** By the id of the session: resolves when the request that writes to it has ended. */
  readonly #busy = new Map<string, Promise<void>>();

  /** `locks` are those of all processes; absent, those of this one. */
  constructor(locks: SessionLocks = new LocalSessionLocks()) {
    this.#locks = locks;
  }

  /** Upload sessions that a request to this process is writing to. */
  get busy(): ReadonlyMap<string, unknown> {
    return this.#busy;
  }

  /** Does the work with the lock of a session; undefined, and nothing is done, if another request keeps the lock. */
  async exclusively<T>(id: string, work: (known: UploadRecord | undefined) => Promise<T>): Promise<T | undefined> {
    const lock = await this.#locks.lock(id);
    if (!lock) return undefined;
    const ended = Promise.withResolvers<void>();
    this.#busy.set(id, ended.promise);
    try {
      return await work(lock.session);
    } finally {
      this.#busy.delete(id);
      lock.unlock();
      ended.resolve();
    }
  }

  /** Waits a while until no request has the lock. */
  handover(id: string): Promise<void> {
    return this.#locks.handover(id);
  }

  /** Resolves when no request is writing to a session any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }
}
