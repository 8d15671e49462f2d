import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuWaitTime } from "./cpu-wait-time.ts";

test("the wait is the second number of the file, in milliseconds, and is read again each time", () => {
  const folder = mkdtempSync(join(tmpdir(), "lading-core-wait-"));
  try {
    const path = join(folder, "schedstat");
    writeFileSync(path, "7000000 2500000 3\n");
    const waited = cpuWaitTime(path);
    expect(waited()).toBe(2.5);
    writeFileSync(path, "8000000 4000000 4\n");
    expect(waited()).toBe(4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the wait is 0 if the system does not count it", () => {
  expect(cpuWaitTime("/nowhere/schedstat")()).toBe(0);
});

test.if(process.platform === "linux")("this thread's wait never decreases", () => {
  const waited = cpuWaitTime();
  const before = waited();
  expect(before).toBeGreaterThanOrEqual(0);
  expect(waited()).toBeGreaterThanOrEqual(before);
});
