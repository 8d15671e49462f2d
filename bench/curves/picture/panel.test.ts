import { expect, test } from "bun:test";
import { drawPanel, type Line, type Panel } from "./panel.ts";

const count = String;

function panelOf(...lines: Line[]): Panel {
  const [x, y] = [
    { label: "manifests", base: 10, format: count },
    { label: "", base: 10, format: count },
  ];
  return { title: "rate", x, y, lines };
}

const rising: Line = {
  label: "GET",
  colour: 0,
  points: [
    [100, 10],
    [1_000, 100],
    [10_000, 1_000],
  ],
};

test("a line goes through its values, in a plot from 66 to 336 across and from 286 up to 44", () => {
  const drawn = drawPanel(panelOf(rising));
  expect(drawn).toContain('<path class="line" d="M66 286L201 165L336 44"/>');
  expect(drawn).toContain('<circle cx="201" cy="165" r="3"/>');
});

test("ticks are at the positions of their values", () => {
  const drawn = drawPanel(panelOf(rising));
  expect(drawn).toContain('<line class="grid" x1="58" x2="344" y1="165" y2="165"/>');
  expect(drawn).toContain('<text class="tick" x="51" y="169" text-anchor="end">100</text>');
  expect(drawn).toContain('<text class="tick" x="201" y="305" text-anchor="middle">1000</text>');
});

test("a label is at the end of its line, and does not overlap another one", () => {
  const same: Line = { ...rising, label: "HEAD", colour: 1 };
  const drawn = drawPanel(panelOf(rising, same));
  expect(drawn).toContain('<text class="label text0" x="350" y="48">GET</text>');
  expect(drawn).toContain('<text class="label text1" x="350" y="63">HEAD</text>');
});

test("a secondary line has neither dots nor a label", () => {
  const drawn = drawPanel(panelOf(rising, { ...rising, secondary: true }));
  expect(drawn.match(/<circle/g)).toHaveLength(3);
  expect(drawn.match(/>GET</g)).toHaveLength(1);
  expect(drawn).toContain('<path class="line secondary" d="M66 286');
});

test("a bar is within the axes, even if no line is near it", () => {
  const drawn = drawPanel({ ...panelOf(rising), bar: { at: 10_000, label: "at most 10 s" } });
  expect(drawn).toContain('<line class="bar" x1="58" x2="344" y1="44" y2="44"/>');
  expect(drawn).toContain(">at most 10 s</text>");
});

test("a single point is drawn", () => {
  expect(drawPanel(panelOf({ label: "GET", colour: 0, points: [[100, 20]] }))).toContain('<circle cx="66"');
});
