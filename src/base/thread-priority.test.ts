import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { platform } from "node:os";
import { lowerThreadPriority } from "./thread-priority.ts";

test.if(platform() === "linux")("only this thread gets a lower priority", async () => {
  const worker = new Worker(new URL("./thread-priority.test.worker.ts", import.meta.url));
  const nice = await new Promise((resolve) => (worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data)));
  worker.terminate();
  expect(nice).toBe(10);
  expect(niceOf("/proc/self/stat")).toBeLessThan(10);
});

test("nothing happens if the system does not distinguish threads", () => {
  lowerThreadPriority("/proc/no-such-link");
  expect(niceOf("/proc/self/stat")).toBeLessThan(10);
});

function niceOf(path: string): number {
  return Number(readFileSync(path, "latin1").split(") ")[1]!.split(" ")[16]);
}
