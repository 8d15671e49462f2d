/** Statistics over the rounds of a comparison. */

/** The median. For an even number of values it is the mean of the middle two, and NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The spread of the rounds, relative to their median. */
export function spread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** The median of the ratios of each round. Other load on the machine affects both values of a ratio. */
export function ratio(values: readonly number[], others: readonly number[]): number {
  const rounds = Math.min(values.length, others.length);
  return median(Array.from({ length: rounds }, (_, round) => values[round]! / others[round]!));
}
