import { expect, test } from "bun:test";
import { countText, figureText, sizeText } from "./figures.ts";

test("counts have short forms for round numbers", () => {
  const shown = [0.01, 1, 100, 1_000, 1_024, 100_000, 1_000_000, 1_234_567].map(countText);
  expect(shown).toEqual(["0.01", "1", "100", "1 k", "1,024", "100 k", "1 M", "1,234,567"]);
});

test("sizes have binary units", () => {
  const shown = [512, 1024, 16 * 1024, 4 ** 10, 4 ** 16].map(sizeText);
  expect(shown).toEqual(["512 B", "1 KiB", "16 KiB", "1 MiB", "4 GiB"]);
});

test("figures have three digits", () => {
  expect([0.12345, 3.999, 45.67, 12_345].map(figureText)).toEqual(["0.123", "4", "45.7", "12,300"]);
});
