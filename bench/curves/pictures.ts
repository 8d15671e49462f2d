/** The pictures of each curve. */
import { seriesOf } from "./data.ts";
import type { Point } from "./point.ts";
import type { CurveName } from "./curves.ts";
import { countText, sizeText } from "./figures.ts";
import type { Axis, Line, Panel } from "./picture/panel.ts";
import type { Picture } from "./picture/picture.ts";

type Value = (point: Point) => number | undefined;

const milliseconds: Axis = { label: "", base: 10, format: countText };

const axes: Readonly<Record<CurveName, Axis>> = {
  manifests: { label: "manifests in the registry", base: 10, format: countText },
  tags: { label: "tags in the repository", base: 10, format: countText },
  repositories: { label: "repositories", base: 10, format: countText },
  concurrency: { label: "operations at the same time", base: 2, format: countText },
  "blob-size": { label: "size of the blob", base: 4, format: sizeText },
};

/** The pictures by the names of their files. */
export function picturesOf(curve: CurveName, points: readonly Point[]): Readonly<Record<string, Picture>> {
  const x = axes[curve];
  const loads = points.filter(({ series }) => series !== "start");
  const starts = points.filter(({ series }) => series === "start");
  const throughput = curve === "blob-size" ? megabytes(x, loads) : rates(x, loads);
  const pictures = { [curve]: pictureOf(x.label, [throughput, latencies(x, loads)]) };
  return starts.length === 0 ? pictures : { ...pictures, start: pictureOf("start", [startPanel(x, starts)]) };
}

function pictureOf(along: string, panels: readonly Panel[]): Picture {
  const lines = [...new Set(panels.flatMap((panel) => panel.lines.map(({ label }) => label)))];
  const titles = panels.map(({ title }) => title).join("; ");
  return { title: `Cost by ${along}`, description: `${titles}: ${lines.join(", ")}`, panels };
}

function rates(x: Axis, points: readonly Point[]): Panel {
  const title = "operations per second";
  return {
    title,
    x,
    y: { label: "", base: 10, format: countText },
    lines: linesOf(points, (point) => point.perSecond),
  };
}

function megabytes(x: Axis, points: readonly Point[]): Panel {
  const lines = linesOf(points, (point) => point.megabytesPerSecond);
  return { title: "megabytes per second", x, y: { label: "", base: 10, format: countText }, lines };
}

function latencies(x: Axis, points: readonly Point[]): Panel {
  const lines = [...linesOf(points, (point) => point.p50Ms), ...linesOf(points, (point) => point.p99Ms, true)];
  return { title: "latency in ms: median, and 99 % (dashed)", x, y: milliseconds, lines };
}

function startPanel(x: Axis, points: readonly Point[]): Panel {
  const lines = linesOf(points, (point) => point.p50Ms);
  return { title: "start to first manifest, ms", x, y: milliseconds, lines, bar: { at: 500, label: "at most 500 ms" } };
}

/** The lines of a panel, without values of 0, which a logarithmic axis cannot show. */
function linesOf(points: readonly Point[], value: Value, secondary = false): Line[] {
  return [...seriesOf(points)].map(([label, all], colour) => ({
    label,
    colour,
    secondary,
    points: all.flatMap((point) => {
      const drawn = value(point);
      return drawn === undefined || drawn <= 0 ? [] : [[point.at, drawn] as const];
    }),
  }));
}
