import { expect, test } from "bun:test";
import { quantity } from "./limits-document.ts";

test("a limit is shown in the largest unit that gives a whole number", () => {
  expect(quantity("manifestBytes", 4 * 1024 * 1024)).toBe("4 MiB");
  expect(quantity("listedDescriptorBytes", 640)).toBe("640 bytes");
  expect(quantity("pinMs", 24 * 3_600_000)).toBe("24 h");
  expect(quantity("beatMs", 1_500)).toBe("1,500 ms");
  expect(quantity("turnPieceMs", 0.2)).toBe("0.2 ms");
  expect(quantity("idleSeconds", 255)).toBe("255 s");
  expect(quantity("commitGroup", 64)).toBe("64");
});
