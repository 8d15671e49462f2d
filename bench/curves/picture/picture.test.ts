import { expect, test } from "bun:test";
import { draw, type Picture } from "./picture.ts";

const axis = { label: "a & b", base: 10, format: String };
const panel = { title: "<rate>", x: axis, y: axis, lines: [{ label: "GET", colour: 4, points: [[1, 1]] as const }] };
const picture: Picture = { title: "Cost", description: "of two", panels: [panel, panel] };

/** The depth of the nested elements. Throws if the tags do not match. */
function nesting(svg: string): number {
  const open: string[] = [];
  let deepest = 0;
  for (const [, closes, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (closes) expect(open.pop()).toBe(name);
    else if (!empty) deepest = Math.max(deepest, open.push(name!));
  }
  expect(open).toEqual([]);
  return deepest;
}

test("a picture is one element, and all its elements are closed", () => {
  expect(nesting(draw(picture))).toBeGreaterThan(2);
});

test("panels are next to each other", () => {
  const svg = draw(picture);
  expect(svg).toStartWith('<svg xmlns="http://www.w3.org/2000/svg" width="960" height="340" viewBox="0 0 960 340"');
  expect(svg).toContain('<g transform="translate(480 0)">');
});

test("text is escaped", () => {
  const svg = draw(picture);
  expect(svg).toContain(">&#60;rate&#62;</text>");
  expect(svg).toContain(">a &#38; b</text>");
});

test("every used colour has a light and a dark form", () => {
  const [light, dark] = draw(picture).split("@media (prefers-color-scheme: dark)");
  for (const part of [light, dark]) expect(part).toMatch(/\.colour4 path \{ stroke: #[0-9a-f]{6}; \}/);
  expect(light).toContain(".paper { fill: #ffffff; }");
  expect(dark).not.toContain("#ffffff");
});
