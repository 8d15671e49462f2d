import { descriptorLimit, lowestFreeDescriptor } from "../base/fs/descriptors.ts";
import { httpLimits } from "./limits.ts";
import type { Log } from "../base/log.ts";

interface Connections {
  /** Closes idle connections. Returns false if new connections are not accepted yet; then call it again. */
  closeIdle(): boolean;
}

/**
 * `DescriptorWatch` keeps file descriptors free. The runtime accepts every connection. If no descriptor is left, it
 * spins and new clients hang. So if few are left, it closes idle connections. If that is not enough, requests are
 * refused and their connections closed.
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

  /** Whether requests are refused, because closing idle connections has not freed enough descriptors. */
  get crowded(): boolean {
    return this.#crowded;
  }

  /** Starts the checks, and returns a function that ends them. */
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
    this.#log.event("few file descriptors are left; idle connections are closed", { limit: this.#limit }, "warn");
  }

  #few(): boolean {
    const lowest = this.#lowest();
    // No file can be opened to read the limit, which may have changed.
    if (lowest === Infinity) return true;
    const reserve = Math.min(httpLimits.descriptorsReserved, this.#limit / 4);
    return lowest >= this.#limit - reserve;
  }
}
