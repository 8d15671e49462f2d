import { limits } from "../base/limits.ts";
import { RegistryError } from "../oci/errors.ts";

/** A quantity that requests share; a request that would take more than is left is refused, and can come again. */
export class Budget {
  #left: number;

  constructor(total: number) {
    this.#left = total;
  }

  async within<T>(cost: number, work: () => Promise<T>): Promise<T> {
    if (cost > this.#left) {
      throw new RegistryError("TOO_MANY_REQUESTS", {}, { retryAfterSeconds: limits.retryAfterSeconds });
    }
    this.#left -= cost;
    try {
      return await work();
    } finally {
      this.#left += cost;
    }
  }
}
