import { drawPanel, panelSize, type Panel } from "./panel.ts";
import { element, escape } from "./svg.ts";

export interface Picture {
  readonly title: string;
  /** The text for readers who cannot see the picture. */
  readonly description: string;
  readonly panels: readonly Panel[];
}

interface Colours {
  readonly paper: string;
  readonly ink: string;
  readonly faint: string;
  readonly grid: string;
  readonly series: readonly string[];
}

const light: Colours = {
  paper: "#ffffff",
  ink: "#1f2328",
  faint: "#59636e",
  grid: "#d9dee4",
  series: ["#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989"],
};
const dark: Colours = {
  paper: "#0d1117",
  ink: "#f0f6fc",
  faint: "#9198a1",
  grid: "#30363d",
  series: ["#58a6ff", "#f0883e", "#3fb950", "#bc8cff", "#f778ba"],
};

/** Draws the panels next to each other on their own background, so that the picture is readable on any page. */
export function draw({ title, description, panels }: Picture): string {
  const width = panels.length * panelSize.width;
  const { height } = panelSize;
  const placed = panels.map((panel, index) =>
    element("g", { transform: `translate(${index * panelSize.width} 0)` }, "\n", drawPanel(panel), "\n"),
  );
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  return `${element(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", ...size, role: "img" },
    "\n",
    element("title", {}, escape(title)),
    element("desc", {}, escape(description)),
    `\n<style>${shapes}${paint(light)}@media (prefers-color-scheme: dark) {\n${paint(dark)}}\n</style>\n`,
    element("rect", { class: "paper", width, height, rx: 6 }),
    "\n",
    placed.join("\n"),
    "\n",
  )}\n`;
}

const shapes = `
text { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 12px; }
.title { font-size: 14px; font-weight: 600; }
.line { fill: none; stroke-width: 2; }
.secondary { stroke-width: 1.2; stroke-dasharray: 4 3; }
.bar { stroke-width: 1.2; stroke-dasharray: 2 3; }
`;

function paint({ paper, ink, faint, grid, series }: Colours): string {
  const lines = series.map(
    (colour, index) =>
      `.colour${index} path { stroke: ${colour}; }\n.colour${index} circle { fill: ${colour}; }\n.text${index} { fill: ${colour}; }\n`,
  );
  return `.paper { fill: ${paper}; }
.title { fill: ${ink}; }
.tick, .name { fill: ${faint}; }
.grid { stroke: ${grid}; }
.axis, .bar { stroke: ${faint}; }
${lines.join("")}`;
}
