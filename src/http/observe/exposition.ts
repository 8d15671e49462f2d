/** The metrics of one process, and the Prometheus text of the metrics of one or several processes. */

/** The observations of one histogram with one set of labels. */
export interface Series {
  count: number;
  /** The sum of all observations. */
  sum: number;
  /** The number of observations up to each bound and above the previous one. */
  readonly buckets: number[];
}

/** A histogram with all its series. */
export interface Histogram {
  readonly name: string;
  readonly help: string;
  /** The upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** The series by the text between the braces, which is empty without labels. */
  readonly series: ReadonlyMap<string, Series>;
}

/** The current value of a gauge or counter. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  /** The text between the braces, if there are labels. */
  readonly labels?: string;
  /** How the values of several processes are combined. */
  readonly across: "sum" | "max";
  readonly value: number;
}

/** All metrics of one process. */
export interface Sample {
  readonly histograms: readonly Histogram[];
  readonly readings: readonly Reading[];
}

/** A series without observations. */
export function emptySeries(bounds: readonly number[]): Series {
  return { count: 0, sum: 0, buckets: bounds.map(() => 0) };
}

/** Adds one observation. */
export function observe(series: Series, bounds: readonly number[], value: number): void {
  series.count += 1;
  series.sum += value;
  let bucket = 0;
  while (bucket < bounds.length && value > bounds[bucket]!) bucket += 1;
  if (bucket < bounds.length) series.buckets[bucket]! += 1;
}

/** The sum of the histograms and counters of several samples. Gauges describe a moment and are omitted. */
export function cumulative(samples: readonly Sample[]): Sample {
  const counters = samples.flatMap(({ readings }) => readings).filter(({ type }) => type === "counter");
  const same = Map.groupBy(counters, ({ name, labels }) => `${name}{${labels ?? ""}}`);
  return {
    histograms: sumHistograms(samples.flatMap(({ histograms }) => histograms)),
    readings: [...same.values()].map(sumCounters),
  };
}

function sumCounters(same: readonly Reading[]): Reading {
  const { name, help, type, across, labels } = same[0]!;
  return { name, help, type, across, ...(labels !== undefined && { labels }), value: combined(same) };
}

function sumHistograms(histograms: readonly Histogram[]): Histogram[] {
  const byName = Map.groupBy(histograms, ({ name }) => name);
  return [...byName.values()].map((same) => {
    const { name, help, bounds } = same[0]!;
    return { name, help, bounds, series: sumSeries(same) };
  });
}

function sumSeries(histograms: readonly Histogram[]): ReadonlyMap<string, Series> {
  const sums = new Map<string, Series>();
  for (const { bounds, series: all } of histograms) {
    for (const [labels, series] of all) {
      const sum = sums.get(labels) ?? emptySeries(bounds);
      sums.set(labels, sum);
      sum.count += series.count;
      sum.sum += series.sum;
      for (const [index, count] of series.buckets.entries()) sum.buckets[index]! += count;
    }
  }
  return sums;
}

/** Writes the Prometheus text format, version 0.0.4. */
export function exposition(samples: readonly Sample[]): string {
  const histograms = sumHistograms(samples.flatMap((sample) => sample.histograms));
  const readings = samples.flatMap((sample) => sample.readings);
  return `${[...histograms.flatMap(exposeHistogram), ...exposeReadings(readings)].join("\n")}\n`;
}

function exposeReadings(readings: readonly Reading[]): string[] {
  const byName = Map.groupBy(readings, ({ name }) => name);
  return [...byName.values()].flatMap((ofName) => {
    const { name, help, type } = ofName[0]!;
    const values = Map.groupBy(ofName, ({ labels }) => labels);
    const lines = [...values].map(([labels, same]) => `${name}${labels ? `{${labels}}` : ""} ${combined(same)}`);
    return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`].concat(lines);
  });
}

function combined(readings: readonly Reading[]): number {
  const values = readings.map(({ value }) => value);
  return readings[0]!.across === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
}

function exposeHistogram({ name, help, bounds, series }: Histogram): string[] {
  const lines = [...series].flatMap(([labels, ofLabels]) => exposeSeries(name, labels, bounds, ofLabels));
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines];
}

function exposeSeries(
  name: string,
  labels: string,
  bounds: readonly number[],
  { count, sum, buckets }: Series,
): string[] {
  const [braced, before] = labels === "" ? ["", ""] : [`{${labels}}`, `${labels},`];
  let total = 0;
  const lines = bounds.map((bound, index) => {
    total += buckets[index]!;
    return `${name}_bucket{${before}le="${bound}"} ${total}`;
  });
  return [
    ...lines,
    `${name}_bucket{${before}le="+Inf"} ${count}`,
    `${name}_sum${braced} ${sum}`,
    `${name}_count${braced} ${count}`,
  ];
}
