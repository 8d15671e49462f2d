import { expect, test } from "bun:test";
import { testFiles } from "./files.ts";
import { Runs } from "./runs.ts";

test("the report of the tests is summed by worker, and by reason and file", () => {
  const [one, other] = ["test/protocol/one.test.ts", "test/protocol/other.test.ts"];
  const runs = new Runs(
    [
      { file: one, answered: [3, 4] },
      { file: other, answered: [2] },
      { file: one, reason: "its policy is code" },
      { file: one, reason: "its policy is code" },
      { file: other, reason: "its policy is code" },
    ],
    2,
  );
  expect([runs.several, runs.answered, runs.singles]).toEqual([2, [5, 4], 3]);
  expect(runs.singleLines).toEqual(["3 because its policy is code: one.test.ts 2, other.test.ts 1"]);
});

test("a file runs with several workers if it starts its registry by way of the support of the tests", async () => {
  const { chosen, others } = await testFiles();
  expect(chosen).toContain("test/protocol/blobs.test.ts");
  // It imports the starter through another file.
  expect(chosen).toContain("test/protocol/conditions.test.ts");
  expect(others).toContain("test/protocol/tls-process.test.ts");
});
