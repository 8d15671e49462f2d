import type { Bar, Result, Series } from "./result.ts";
import { median, ratio } from "./statistics.ts";

export interface Verdict {
  /** Lading in one process, or with more workers. */
  readonly of: string;
  readonly bar: string;
  /** Lading's figure divided by that of the bar; absent if the bar is a value, or a figure is missing. */
  readonly ratio?: number;
  /** The participant in the denominator of the ratio. */
  readonly against?: string;
  /** Absent if a required figure is missing. */
  readonly met?: boolean;
}

/** The verdict of each bar, for Lading and for Lading with more workers if that was measured. */
export function verdictsOf({ bars, series }: Result): Verdict[] {
  const judged = series.filter(({ role, values }) => role === "lading" || (role === "variant" && values.length > 0));
  return bars.flatMap((bar) => judged.map((each) => verdictOf(bar, each, series)));
}

function verdictOf(bar: Bar, { name, values }: Series, series: readonly Series[]): Verdict {
  return { of: name, ...foundBy(bar, values, series) };
}

type Found = Omit<Verdict, "of">;

function foundBy(bar: Bar, own: readonly number[], series: readonly Series[]): Found {
  if (bar.kind === "at least") {
    return { bar: `>= ${bar.value}`, ...(own.length > 0 && { met: median(own) >= bar.value }) };
  }
  if (bar.kind === "at most") {
    return { bar: `<= ${bar.value}`, ...(own.length > 0 && { met: median(own) <= bar.value }) };
  }
  if (bar.kind === "of limits") return ofLimits(bar.limits, bar.least, own, series);
  return ofPeers(bar.least, own, series);
}

/** Compares with the lowest of the limits in each round. All limits must have figures. */
function ofLimits(names: readonly string[], least: number, own: readonly number[], series: readonly Series[]): Found {
  const bar = `>= ${least} of ${names.join(" or ")}`;
  const limits = names.map((name) => series.find((each) => each.name === name)?.values ?? []);
  const rounds = Math.min(own.length, ...limits.map(({ length }) => length));
  if (rounds === 0) return { bar };
  const lowest = Array.from({ length: rounds }, (_, round) => Math.min(...limits.map((values) => values[round]!)));
  const found = ratio(own, lowest);
  return { bar, ratio: found, against: names.length > 1 ? "the lower" : names[0]!, met: found >= least };
}

/** Compares with the fastest peer. */
function ofPeers(least: number, own: readonly number[], series: readonly Series[]): Found {
  const bar = `>= ${least} x best peer`;
  const peers = series
    .filter(({ role, values }) => role === "peer" && values.length > 0)
    .map(({ name, values }) => ({ name, ratio: ratio(own, values) }))
    .toSorted((a, b) => a.ratio - b.ratio);
  const [best] = peers;
  if (!best || own.length === 0) return { bar };
  return { bar, ratio: best.ratio, against: best.name, met: best.ratio >= least };
}
