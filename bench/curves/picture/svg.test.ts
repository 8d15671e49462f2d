import { expect, test } from "bun:test";
import { element, escape, pathThrough } from "./svg.ts";

test("an element has its attributes and its children", () => {
  expect(element("g", { class: "axis" }, element("line", { x1: 1, y1: 2.25 }))).toBe(
    '<g class="axis"><line x1="1" y1="2.3"/></g>',
  );
});

test("text is never parsed as markup", () => {
  expect(escape(`a < b & "c" > d`)).toBe("a &#60; b &#38; &#34;c&#34; &#62; d");
  expect(element("text", { "aria-label": `"<&` }, escape("<script>"))).toBe(
    '<text aria-label="&#34;&#60;&#38;">&#60;script&#62;</text>',
  );
});

test("a path goes through its points in order, rounded to a tenth", () => {
  expect(
    pathThrough([
      [0, 10],
      [33.333, 20.06],
    ]),
  ).toBe("M0 10L33.3 20.1");
});
