import { uploadLimits } from "./limits.ts";
import type { Services } from "../services.ts";

/**
 * Files that no row names: bytes of upload sessions that are gone, and objects whose commit was cut off between the file and
 * the row. There is one of these for a data directory (server/primary.ts).
 */
export class Orphans {
  readonly #services: Pick<Services, "store" | "driver" | "clock">;
  /** Upload sessions that requests are writing to. */
  readonly #busy: ReadonlyMap<string, unknown>;
  /** Index of the shard that the next step looks at. */
  #next = 0;
  /** Objects that were found orphaned in the last pass. */
  readonly #suspects = new Set<string>();
  /** What was seen in this pass. */
  #pass = { objects: 0, orphans: 0 };
  /** Whether the last pass found most objects orphaned. */
  #withheld = false;

  constructor(services: Pick<Services, "store" | "driver" | "clock">, busy: ReadonlyMap<string, unknown>) {
    this.#services = services;
    this.#busy = busy;
  }

  /** Removes the bytes of sessions that no longer exist; returns how many there were. */
  async sweepUploads(): Promise<number> {
    const ids = await this.#services.driver.listUploads();
    let removed = 0;
    for (const some of batchesOf(ids)) removed += await this.#sweepSome(some);
    return removed;
  }

  async #sweepSome(ids: readonly string[]): Promise<number> {
    const { store, driver } = this.#services;
    const known = new Set(await store.knownUploads(ids));
    let removed = 0;
    for (const id of ids) {
      // Looked at after the row: where the row is gone and no request has the session, no request will write to it any more.
      if (known.has(id) || this.#busy.has(id)) continue;
      await driver.discardUpload(id);
      removed += 1;
    }
    // Others may be waiting: a supervisor does this while it commits for its workers.
    await Bun.sleep(0);
    return removed;
  }

  /**
   * Looks at one shard of the objects, and removes those that no row names. They have to be older than the grace time, for an
   * object is there before its row, and orphaned in two passes: a clock that jumps makes none old at once. Where most objects
   * are orphaned, the database is not that of the files, and none is removed.
   */
  async sweepNextShard(): Promise<Swept> {
    const { store, driver } = this.#services;
    const shard = driver.shards[this.#next]!;
    // Also where this one fails: it holds up no other.
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
    // More of them wait for a later pass.
    if (this.#suspects.size < uploadLimits.orphanSuspects) this.#suspects.add(key);
    return false;
  }

  /** Returns how many orphans the next pass will not remove. */
  #endPass(): number {
    const { objects, orphans } = this.#pass;
    this.#pass = { objects: 0, orphans: 0 };
    this.#withheld = orphans > uploadLimits.orphansExpected && orphans > objects / 2;
    return this.#withheld ? orphans : 0;
  }
}

/** What became of the orphans in a shard. */
interface Swept {
  /** Objects that are gone now. */
  readonly removed: number;
  /** At the end of a pass: orphans that stay, because they are most of the objects. */
  readonly withheld: number;
}

function* batchesOf(items: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < items.length; at += uploadLimits.orphanSweepBatch)
    yield items.slice(at, at + uploadLimits.orphanSweepBatch);
}
