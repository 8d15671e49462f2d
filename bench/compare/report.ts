/** The output of a run: a JSON file, and a table in a document. */
import type { About } from "./machine.ts";
import type { Result } from "./result.ts";
import { markdownLines, problemsOf, tableOf } from "./table.ts";
import { verdictsOf } from "./verdict.ts";

const begin = "<!-- bench: begin; 'scripts/bench --report' writes what follows -->";
const end = "<!-- bench: end -->";

export interface Report {
  readonly about: About;
  /** The names of missing programs, as sentences. */
  readonly missing: readonly string[];
  readonly results: readonly Result[];
}

export function jsonOf({ about, missing, results }: Report): string {
  const judged = results.map((result) => ({ ...result, verdicts: verdictsOf(result) }));
  return `${JSON.stringify({ about, missing, results: judged }, undefined, 2)}\n`;
}

/** Reads the results from the text of a JSON file. */
export function resultsIn(text: string): readonly Result[] {
  const { results } = JSON.parse(text) as Report;
  return results;
}

/** The results of this run, and earlier results where this run has none, in the order of the names. */
export function joined(names: readonly string[], own: readonly Result[], earlier: readonly Result[]): Result[] {
  return names.flatMap((name) => {
    const found = [...own, ...earlier].find((result) => result.name === name);
    return found ? [found] : [];
  });
}

/** Replaces the part of a document between the two markers. */
export function withReport(document: string, report: Report): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the document has no place for the report: ${begin} ... ${end}`);
  return `${document.slice(0, from + begin.length)}\n${reportLines(report).join("\n")}\n${document.slice(to)}`;
}

function reportLines({ about, missing, results }: Report): string[] {
  return [
    "",
    `${datesOf(results)}. ${about.lines.join(". ")}.`,
    "",
    ...missing.flatMap((line) => [line, ""]),
    ...markdownLines(tableOf(results)),
    "",
    ...problemsOf(results).flatMap((line) => [`${line.split("\n")[0]}.`, ""]),
  ];
}

/** The dates, commits and lengths of the runs; several if results of several runs are joined. */
export function datesOf(results: readonly Result[]): string {
  const each = new Set(results.map(({ date, commit, turns }) => `${date}, commit ${commit}, ${turns}`));
  return [...each].join("; ");
}
