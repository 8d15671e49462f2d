import { descriptorLimit, lowestFreeDescriptor } from "../base/fs/descriptors.ts";
import { httpLimits } from "./limits.ts";
import type { Log } from "../base/log.ts";

interface Connections {
  /** False where it could not take new connections yet; then it has to be called again. */
  closeIdle(): boolean;
}

/**
 * Keeps descriptors free. The runtime takes every connection that comes; once none can be opened, it spins, and new clients hang. So
 * when few are left, connections without a request are closed; where that does not help, requests are refused and their connections
 * closed.
 */
export class DescriptorWatch {
  readonly #log: Log;
  readonly #lowest: () => number;
  readonly #now: () => number;
  #limit: number;
  #warnedAt = -Infinity;
  #crowded = false;
  #again = false;

  constructor(
    log: Log,
    lowest = lowestFreeDescriptor,
    limit = descriptorLimit(),
    now: () => number = () => performance.now(),
  ) {
    this.#log = log;
    this.#lowest = lowest;
    this.#limit = limit;
    this.#now = now;
  }

  /** Requests are refused: closing what was idle has not given back enough. */
  get crowded(): boolean {
    return this.#crowded;
  }

  /** Returns what ends it. */
  start(connections: Connections): () => void {
    const timer = setInterval(() => this.look(connections), httpLimits.descriptorCheckMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  look(connections: Connections): void {
    const few = this.#few();
    if (few) this.#warn();
    if (few || this.#again) this.#again = !connections.closeIdle();
    this.#crowded = few && this.#few();
  }

  #warn(): void {
    const now = this.#now();
    if (now < this.#warnedAt + httpLimits.descriptorWarningMs) return;
    this.#warnedAt = now;
    this.#log.event("few descriptors are left, idle connections are closed", { limit: this.#limit }, "warn");
  }

  #few(): boolean {
    const lowest = this.#lowest();
    // None can be opened to read the limit, which may have changed.
    if (lowest === Infinity) return true;
    const reserve = Math.min(httpLimits.descriptorsReserved, this.#limit / 4);
    return lowest >= this.#limit - reserve;
  }
}
