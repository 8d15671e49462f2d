import type { UploadRecord } from "../../metadata/store.ts";
import type { SessionLocks } from "../services.ts";

/** `UploadWriteLock` locks upload sessions, and knows which locks the requests of this process have. */
export class UploadWriteLock {
  readonly #locks: SessionLocks;
  /** The locked sessions by id, each with a promise that resolves when the writing request has ended. */
  readonly #busy = new Map<string, Promise<void>>();

  /** `locks` has the locks of all processes. */
  constructor(locks: SessionLocks) {
    this.#locks = locks;
  }

  /** Upload sessions that a request to this process is writing to. */
  get busy(): ReadonlyMap<string, unknown> {
    return this.#busy;
  }

  /**
   * Does the work with the lock of a session. Returns undefined, and does nothing, if another request keeps the lock.
   */
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

  /** Waits up to `uploadLimits.uploadHandoverMs` until no request has the lock. */
  handover(id: string): Promise<void> {
    return this.#locks.handover(id);
  }

  /** Resolves when no request is writing to a session any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#busy.values());
  }
}
