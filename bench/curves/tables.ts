import type { CurveName } from "./curves.ts";
import { seriesOf, type CurveData } from "./data.ts";
import type { Point } from "./point.ts";
import { countText, figureText, sizeText } from "./figures.ts";

/** The tables in Markdown, by the names of the pictures. */
export function tablesOf({ curve, points }: CurveData): Readonly<Record<string, string>> {
  const loads = points.filter(({ series }) => series !== "start");
  const starts = points.filter(({ series }) => series === "start");
  const table = { [curve]: tableOf(curve, loads, (point) => loadText(curve, point)) };
  if (starts.length === 0) return table;
  return { ...table, start: tableOf(curve, starts, ({ p50Ms }) => `${figureText(p50Ms)} ms`) };
}

/** A table with a row for each size on the axis. */
function tableOf(curve: CurveName, points: readonly Point[], cellOf: (point: Point) => string): string {
  const series = [...seriesOf(points).keys()];
  const placeText = curve === "blob-size" ? sizeText : countText;
  const rows = [...Map.groupBy(points, ({ at }) => at)].map(([at, found]) => {
    const cells = series.map((name) => found.filter((point) => point.series === name).map(cellOf)[0] ?? "");
    return rowOf(placeText(at), cells);
  });
  const rule = series.map(() => "--:");
  return [rowOf(curve, series), rowOf("--:", rule), ...rows].join("\n");
}

function rowOf(first: string, cells: readonly string[]): string {
  return `| ${[first, ...cells].join(" | ")} |`;
}

function loadText(curve: CurveName, { perSecond = 0, megabytesPerSecond = 0, p50Ms, p99Ms, failed }: Point): string {
  const rate = curve === "blob-size" ? `${figureText(megabytesPerSecond)} MB/s` : `${figureText(perSecond)}/s`;
  const failures = failed === undefined ? "" : `, ${failed} failed`;
  return `${rate}, ${figureText(p50Ms)} / ${figureText(p99Ms)} ms${failures}`;
}

/** Puts a table into its marked place in the document. Everything else is unchanged. */
export function withTable(document: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- table ${name} -->\n)[^]*?(<!-- end -->)`);
  return document.replace(place, (_, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}
