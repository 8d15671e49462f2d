import { expect, test } from "bun:test";
import { rateOfDd } from "./raw.ts";

test("the rate of dd is computed from its bytes and seconds", () => {
  const printed = "512+0 records in\n512+0 records out\n536870912 bytes (537 MB, 512 MiB) copied, 0.5 s, 1.1 GB/s\n";
  expect(rateOfDd(printed)).toBeCloseTo(1073.741824);
  expect(() => rateOfDd("dd: no space left")).toThrow("no space left");
});
