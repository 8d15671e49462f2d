/** The names of metrics in scrapes, rules, dashboards and documents. */

/** The names of the metrics of a scrape. A histogram has three names. */
export function namesIn(scrape: string): Set<string> {
  const types = scrape.matchAll(/^# TYPE (\w+) (\w+)$/gm);
  return new Set(
    [...types].flatMap(([, name, type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
    ),
  );
}

/** The names of Lading's and the process's metrics that a text mentions. */
export function namesUsedIn(text: string): Set<string> {
  return new Set(text.match(/\b(?:lading|process)_[a-z_]*[a-z](?=[{[\s)}\\,/"`]|$)/gm));
}

/** The name of the metric that a document describes: that of the histogram, not of its series. */
export function documentedName(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, "");
}
