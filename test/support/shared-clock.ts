/** A clock of a test that several processes follow. The time is in a file that all of them map into their memory. */
import { writeFileSync } from "node:fs";
import { ManualClock } from "../../src/base/clock.ts";

/** Milliseconds between two looks of a process that sleeps or repeats something. A read of the time looks too. */
const lookMs = 5;

/** The clock that the test sets. */
export class SharedClock extends ManualClock {
  readonly #time: Float64Array;

  /** Makes the file. */
  constructor(path: string) {
    super();
    writeFileSync(path, new Float64Array([this.now()]));
    this.#time = mapped(path);
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.#time[0] = this.now();
  }
}

/** The same clock in another process. */
export class FollowingClock extends ManualClock {
  readonly #time: Float64Array;

  constructor(path: string) {
    const time = mapped(path);
    super(time[0]);
    this.#time = time;
    setInterval(() => this.#catchUp(), lookMs).unref();
  }

  override now(): number {
    this.#catchUp();
    return super.now();
  }

  #catchUp(): void {
    const missing = this.#time[0]! - super.now();
    if (missing > 0) this.advance(missing);
  }
}

function mapped(path: string): Float64Array {
  return new Float64Array(Bun.mmap(path).buffer, 0, 1);
}
