import { expect, test } from "bun:test";
import { noPaint, terminalPaint, wantsColour } from "./paint.ts";

test("a painted text ends its colour, and without colours the text stays as it is", () => {
  expect(terminalPaint("red", "500")).toBe("\x1b[31m500\x1b[0m");
  expect(noPaint("red", "500")).toBe("500");
});

test("NO_COLOR with any value, and a terminal without control sequences, get no colours", () => {
  for (const environment of [{}, { TERM: "xterm-256color" }, { NO_COLOR: "" }]) {
    expect([environment, wantsColour(environment)]).toEqual([environment, true]);
  }
  for (const environment of [{ NO_COLOR: "1" }, { NO_COLOR: "0" }, { TERM: "dumb" }]) {
    expect([environment, wantsColour(environment)]).toEqual([environment, false]);
  }
});
