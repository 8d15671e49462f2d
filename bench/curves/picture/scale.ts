/** Logarithmic axes. */

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** The position of a value, in the units of the picture. */
  readonly at: (value: number) => number;
}

/** A scale with `low` at `from` and `high` at `to`. */
export function logScale(low: number, high: number, from: number, to: number): Scale {
  const span = Math.log(high / low);
  return { low, high, at: (value) => from + ((to - from) * Math.log(value / low)) / span };
}

/** With fewer powers, a difference of a tenth would look large. */
const leastPowers = 2;

/** The bounds of an axis: the powers of the base below and above all values. */
export function boundsOf(values: readonly number[], base = 10): { readonly low: number; readonly high: number } {
  const exponent = (value: number) => Math.log(value) / Math.log(base);
  // The slack covers rounding errors of logarithms.
  const low = Math.floor(exponent(Math.min(...values)) + 1e-9);
  const high = Math.ceil(exponent(Math.max(...values)) - 1e-9);
  return { low: base ** Math.min(low, high - leastPowers), high: base ** high };
}

/** The powers of the base within the scale; only every second, third and so on if there are more than `most`. */
export function ticksOf({ low, high }: Pick<Scale, "low" | "high">, base = 10, most = 8): number[] {
  const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
  const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
  const step = Math.ceil((last - first + 1) / most);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => base ** (first + index * step));
}
