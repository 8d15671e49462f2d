import { uploadLimits } from "./limits.ts";
import type { Services } from "../services.ts";

/** `UploadExpiry` removes upload sessions whose lifetime has ended. Each data directory has one (server/primary.ts). */
export class UploadExpiry {
  readonly #services: Pick<Services, "store" | "driver" | "clock">;
  /** Upload sessions that requests are writing to. */
  readonly #busy: ReadonlyMap<string, unknown>;

  constructor(services: Pick<Services, "store" | "driver" | "clock">, busy: ReadonlyMap<string, unknown>) {
    this.#services = services;
    this.#busy = busy;
  }

  /**
   * Removes sessions without a request for their lifetime, except those that requests are writing to. Returns their
   * number.
   */
  async sweep(): Promise<number> {
    const { store, clock } = this.#services;
    let removed = 0;
    for (;;) {
      // Sessions that requests are writing to can be due and stay. They must not take the places of the others.
      const due = await store.expiredUploads(clock.now(), uploadLimits.uploadSweepBatch + this.#busy.size);
      const idle = due.filter(({ id }) => !this.#busy.has(id));
      for (const { id } of idle) if (await this.#expire(id)) removed += 1;
      if (idle.length < uploadLimits.uploadSweepBatch) return removed;
    }
  }

  async #expire(id: string): Promise<boolean> {
    const { store, driver, clock } = this.#services;
    // The statement checks the time again: a client may have resumed the session since the query.
    if (!(await store.expireUpload(id, clock.now()))) return false;
    await driver.discardUpload(id);
    return true;
  }
}
