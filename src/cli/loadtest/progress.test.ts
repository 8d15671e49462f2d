import { expect, test } from "bun:test";
import { Measurement } from "../../loadtest/measurement.ts";
import { Progress } from "./progress.ts";

function told(isTTY: boolean): string {
  let text = "";
  const progress = new Progress({ isTTY, write: (more) => (text += more) });
  progress.preparing("blob-head");
  progress.running("blob-head", new Measurement());
  progress.end();
  return text;
}

test("a file gets complete lines without terminal control codes", () => {
  expect(told(false)).toBe("lading: blob-head: pushing the content ...\nlading: blob-head: 0 s, 0 done, 0 failed\n");
});

test("a terminal gets one line, which is empty at the end", () => {
  const text = told(true);
  expect(text).not.toContain("\n");
  expect(text.split("\r\u001b[K").filter((line) => line !== "")).toEqual([
    "blob-head: pushing the content ...",
    "blob-head: 0 s, 0 done, 0 failed",
  ]);
  expect(text).toEndWith("\r\u001b[K");
});
