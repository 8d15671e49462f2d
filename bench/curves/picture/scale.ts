/** Logarithmic axes. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Where a value lies, in the units of the picture. */
  readonly at: (value: number) => number;
}

/** `low` lies at `from`, `high` at `to`. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const span = Math.log(high / low);
  return { low, high, at: (value) => from + ((to - from) * Math.log(value / low)) / span };
}

/** Fewer powers would make hills of what differs by a tenth. */
const leastPowers = 2;

/** From a power of the base that no value is below to one that none is above. */
export function boundsOf(values: readonly number[], base = 10): { readonly low: number; readonly high: number } {
  const exponent = (value: number) => Math.log(value) / Math.log(base);
  // The slack is what logarithms of doubles round.
  const low = Math.floor(exponent(Math.min(...values)) + 1e-9);
  const high = Math.ceil(exponent(Math.max(...values)) - 1e-9);
  return { low: base ** Math.min(low, high - leastPowers), high: base ** high };
}

/** The powers of the base within the scale; every second, third and so on where those were more than `most`. */
export function ticksOf({ low, high }: Pick<Scale, "low" | "high">, base = 10, most = 8): number[] {
  const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
  const step = Math.ceil((last - first + 1) / most);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => base ** (first + index * step));
}
