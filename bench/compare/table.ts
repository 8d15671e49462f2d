/** The table of a run: a row for each bar of each comparison, with its figures. */
import type { Result, Series } from "./result.ts";
import { median, ratio, spread } from "./statistics.ts";
import { verdictsOf, type Verdict } from "./verdict.ts";

const none = "–";

export type Row = readonly string[];

/** The rows, with the header first. The columns of the peers are those of all results, in their order. */
export function tableOf(results: readonly Result[]): Row[] {
  const columns = namesOf(results, ["lading", "variant", "peer"]);
  const heads = ["", "unit", ...columns, "limits", "ratio", "bar", "met"];
  return [heads, ...results.flatMap((result) => rowsOf(result, columns))];
}

/** The failures of all participants, as sentences. */
export function problemsOf(results: readonly Result[]): string[] {
  return results.flatMap(({ name, series }) =>
    series.flatMap((each) => (each.problem === undefined ? [] : [`${name}: ${each.name}: ${each.problem}`])),
  );
}

export function plainLines(rows: readonly Row[]): string[] {
  const widths = rows[0]!.map((_head, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}

export function markdownLines([heads, ...rows]: readonly Row[]): string[] {
  return [heads!, heads!.map(() => "---"), ...rows].map(markdownLine);
}

function markdownLine(cells: Row): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function namesOf(results: readonly Result[], roles: readonly string[]): string[] {
  const all = roles.flatMap((role) => results.flatMap(({ series }) => series.filter((each) => each.role === role)));
  return [...new Set(all.map(({ name }) => name))];
}

/** The cells of a row after the figures. */
type End = readonly [ratio: string, bar: string, met: string];

function rowsOf(result: Result, columns: readonly string[]): Row[] {
  const { title, unit, series } = result;
  const figures = columns.map((name) => cellOf(series.find((each) => each.name === name)));
  const limits = series.filter(({ role }) => role === "limit").map((each) => `${each.name} ${cellOf(each)}`);
  const ends = [...verdictsOf(result).map(endOf), ...variantEnds(series)];
  const [first = [none, none, none], ...more] = ends;
  const blank = ["", "", ...columns.map(() => ""), ""];
  return [[title, unit, ...figures, limits.join(", ") || none, ...first], ...more.map((end) => blank.concat(end))];
}

function endOf({ of, ratio: found, against, bar, met }: Verdict): End {
  const word = met === undefined ? "not measured" : met ? "yes" : "no";
  const whose = of === "lading" ? "" : `${of}: `;
  return [found === undefined ? none : `${whose}${found.toFixed(2)} of ${against}`, `${whose}${bar}`, word];
}

/** Rows for more workers. They have no bar, but the table shows their ratio. */
function variantEnds(series: readonly Series[]): End[] {
  const own = series.find(({ role }) => role === "lading")?.values ?? [];
  return series
    .filter(({ role, values }) => role === "variant" && values.length > 0 && own.length > 0)
    .map(({ name, values }) => [`${name}: ${ratio(values, own).toFixed(2)} of lading`, none, none]);
}

/** The median and the spread of the rounds. */
function cellOf(series: Series | undefined): string {
  if (!series || series.values.length === 0) return none;
  const parts = Math.round(spread(series.values) * 100);
  return `${figure(median(series.values))}${series.values.length > 1 ? ` (${parts} %)` : ""}`;
}

/** Three significant digits, without decimals for large numbers. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}
