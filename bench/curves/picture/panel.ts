/** One pair of axes with its lines. */
import { spread } from "./labels.ts";
import { boundsOf, logScale, ticksOf, type Scale } from "./scale.ts";
import { element, escape, pathThrough } from "./svg.ts";

export interface Line {
  readonly label: string;
  /** The index of the colour. Lines of one colour belong to one series. */
  readonly colour: number;
  /** Whether the line is thin and dashed, without a label. */
  readonly secondary?: boolean;
  readonly points: readonly (readonly [number, number])[];
}

export interface Axis {
  readonly label: string;
  readonly base: number;
  readonly format: (value: number) => string;
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  /** A level that the lines must not cross, with its label. */
  readonly bar?: { readonly at: number; readonly label: string };
}

export const panelSize = { width: 480, height: 340 };
const plot = { left: 58, right: 344, top: 44, bottom: 286 };
const labelGap = 15;
const mostTicks = 6;

export function drawPanel(panel: Panel): string {
  const points = panel.lines.flatMap((line) => line.points);
  const xs = points.map(([x]) => x);
  const ys = [...points.map(([, y]) => y), ...(panel.bar ? [panel.bar.at] : [])];
  const across = scaleOver({ low: Math.min(...xs), high: Math.max(...xs) }, plot.left + 8, plot.right - 8);
  const up = scaleOver(boundsOf(ys, panel.y.base), plot.bottom, plot.top);
  return [
    element("text", { class: "title", x: plot.left, y: 22 }, escape(panel.title)),
    ...grid(panel, across, up),
    ...(panel.bar ? drawBar(panel.bar, up) : []),
    ...panel.lines.map((line) => drawLine(line, across, up)),
    ...labelsOf(panel.lines, up),
  ].join("\n");
}

/** The scale of an axis. A single point is at its left end. */
function scaleOver({ low, high }: { readonly low: number; readonly high: number }, from: number, to: number): Scale {
  return logScale(low, high > low ? high : low * 10, from, to);
}

function grid({ x, y }: Panel, across: Scale, up: Scale): string[] {
  const rows = ticksOf(up, y.base, mostTicks).flatMap((value) => [
    element("line", { class: "grid", x1: plot.left, x2: plot.right, y1: up.at(value), y2: up.at(value) }),
    element(
      "text",
      { class: "tick", x: plot.left - 7, y: up.at(value) + 4, "text-anchor": "end" },
      escape(y.format(value)),
    ),
  ]);
  const columns = ticksOf(across, x.base, mostTicks).flatMap((value) => [
    element("line", {
      class: "axis",
      x1: across.at(value),
      x2: across.at(value),
      y1: plot.bottom,
      y2: plot.bottom + 5,
    }),
    element(
      "text",
      { class: "tick", x: across.at(value), y: plot.bottom + 19, "text-anchor": "middle" },
      escape(x.format(value)),
    ),
  ]);
  const middle = (plot.left + plot.right) / 2;
  return [
    ...rows,
    element("line", { class: "axis", x1: plot.left, x2: plot.right, y1: plot.bottom, y2: plot.bottom }),
    ...columns,
    element("text", { class: "name", x: middle, y: plot.bottom + 40, "text-anchor": "middle" }, escape(x.label)),
  ];
}

function drawBar({ at, label }: NonNullable<Panel["bar"]>, up: Scale): string[] {
  return [
    element("line", { class: "bar", x1: plot.left, x2: plot.right, y1: up.at(at), y2: up.at(at) }),
    element("text", { class: "name", x: plot.left + 8, y: up.at(at) - 6 }, escape(label)),
  ];
}

function drawLine({ colour, secondary = false, points }: Line, across: Scale, up: Scale): string {
  const places = points.map(([x, y]) => [across.at(x), up.at(y)] as const);
  const line = element("path", { class: `line${secondary ? " secondary" : ""}`, d: pathThrough(places) });
  const dots = secondary ? [] : places.map(([cx, cy]) => element("circle", { cx, cy, r: 3 }));
  return element("g", { class: `colour${colour}` }, line, ...dots);
}

/** The labels at the right ends of the lines. */
function labelsOf(lines: readonly Line[], up: Scale): string[] {
  const ends = lines.flatMap(({ label, colour, secondary, points }) => {
    const last = points.at(-1);
    return secondary || !last ? [] : [{ text: label, colour, y: up.at(last[1]) + 4 }];
  });
  return spread(ends, labelGap, plot.top, plot.bottom).map(({ text, colour, y }) =>
    element("text", { class: `label text${colour}`, x: plot.right + 6, y }, escape(text)),
  );
}
