import { uploadLimits } from "./limits.ts";
import type { Services } from "../services.ts";

/**
 * `Orphans` finds and removes files that no row names: bytes of upload sessions that have ended, and objects whose
 * commit was interrupted between the file and the row. Each data directory has one (server/primary.ts).
 */
export class Orphans {
  readonly #services: Pick<Services, "store" | "driver" | "clock">;
  /** Upload sessions that requests are writing to. */
  readonly #busy: ReadonlyMap<string, unknown>;
  /** The index of the next shard. */
  #next = 0;
  /** Objects that were found without a row once. They are removed if a later pass finds them so again. */
  readonly #suspects = new Set<string>();
  /** The counts of the current pass. */
  #pass = { objects: 0, orphans: 0 };
  /** Whether the last pass found most objects without a row. */
  #withheld = false;

  constructor(services: Pick<Services, "store" | "driver" | "clock">, busy: ReadonlyMap<string, unknown>) {
    this.#services = services;
    this.#busy = busy;
  }

  /** Removes the bytes of sessions that no longer exist, and returns their number. */
  async sweepUploads(): Promise<number> {
    const ids = await this.#services.driver.listUploads();
    let removed = 0;
    for (const some of batchesOf(ids)) removed += await this.#sweepSome(some);
    return removed;
  }

  async #sweepSome(ids: readonly string[]): Promise<number> {
    const { store, driver } = this.#services;
    const existing = new Set(await store.knownUploads(ids));
    let removed = 0;
    for (const id of ids) {
      // The order of the two checks matters: after the row is gone, no new request gets the lock of the session.
      if (existing.has(id) || this.#busy.has(id)) continue;
      await driver.discardUpload(id);
      removed += 1;
    }
    // Other tasks may be waiting: a supervisor does this while it commits for its workers.
    await Bun.sleep(0);
    return removed;
  }

  /**
   * Checks one shard and removes the objects that no row names. An object must be older than the grace time, because
   * it is written before its row. It must also be without a row in two passes, so that a clock that jumps cannot make
   * it look old. If most objects have no row, the database does not belong to the files, and nothing is removed.
   */
  async sweepNextShard(): Promise<Swept> {
    const { store, driver } = this.#services;
    const shard = driver.shards[this.#next]!;
    // The index advances even if this shard fails, so that it does not block the others.
    this.#next = (this.#next + 1) % driver.shards.length;
    let removed = 0;
    for (const some of batchesOf(await driver.listObjects(shard))) {
      this.#pass.objects += some.length;
      for (const key of await store.unnamedKeys(some)) {
        if (!(await this.#isDue(key))) continue;
        await driver.remove(key);
        removed += 1;
      }
    }
    return this.#next === 0 ? { removed, withheld: this.#endPass() } : { removed, withheld: 0 };
  }

  async #isDue(key: string): Promise<boolean> {
    const { driver, clock } = this.#services;
    const since = await driver.timeOf(key);
    if (since === undefined || since > clock.now() - uploadLimits.orphanGraceMs) return false;
    this.#pass.orphans += 1;
    if (!this.#withheld && this.#suspects.delete(key)) return true;
    // Further orphans wait for a later pass.
    if (this.#suspects.size < uploadLimits.orphanSuspects) this.#suspects.add(key);
    return false;
  }

  /** Ends the pass. Returns the number of orphans that the next pass will not remove. */
  #endPass(): number {
    const { objects, orphans } = this.#pass;
    this.#pass = { objects: 0, orphans: 0 };
    this.#withheld = orphans > uploadLimits.orphansExpected && orphans > objects / 2;
    return this.#withheld ? orphans : 0;
  }
}

/** The result of a check of one shard. */
interface Swept {
  /** The number of removed objects. */
  readonly removed: number;
  /** At the end of a pass, the number of orphans that stay because they are most of the objects. */
  readonly withheld: number;
}

function* batchesOf(items: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < items.length; at += uploadLimits.orphanSweepBatch)
    yield items.slice(at, at + uploadLimits.orphanSweepBatch);
}
