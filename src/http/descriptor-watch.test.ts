import { beforeEach, expect, test } from "bun:test";
import { httpLimits } from "./limits.ts";
import { Log } from "../base/log.ts";
import { DescriptorWatch } from "./descriptor-watch.ts";

let open: number;
let closed: number;
let succeeds: boolean;
/** The number of descriptors that closing idle connections frees. */
let idle: number;

const connections = {
  closeIdle() {
    closed += 1;
    open -= idle;
    return succeeds;
  },
};

beforeEach(() => ([open, closed, succeeds, idle] = [10, 0, true, 0]));

function watchOf(limit: number): DescriptorWatch {
  return new DescriptorWatch(new Log(async () => {}), () => (open >= limit ? Infinity : open), limit);
}

test("M21: while enough descriptors are free, no connection is closed", () => {
  const watch = watchOf(1000);
  open = 800;
  watch.look(connections);
  expect([closed, watch.crowded]).toEqual([0, false]);
});

test("M21: when few descriptors are free, idle connections are closed, and no request is refused", () => {
  const watch = watchOf(1000);
  [open, idle] = [950, 500];
  watch.look(connections);
  expect([closed, watch.crowded]).toEqual([1, false]);
  watch.look(connections);
  expect(closed).toBe(1);
});

test("M21: if all connections have requests, new requests are refused until descriptors are free again", () => {
  const watch = watchOf(1000);
  open = 1000;
  watch.look(connections);
  expect(watch.crowded).toBe(true);
  open = 20;
  watch.look(connections);
  expect(watch.crowded).toBe(false);
});

test("M21: a listener that could not be opened again is retried at the next check", () => {
  const watch = watchOf(1000);
  [open, succeeds, idle] = [1000, false, 500];
  watch.look(connections);
  succeeds = true;
  watch.look(connections);
  watch.look(connections);
  expect(closed).toBe(2);
});

test("M21: without a known limit, only the exhaustion of descriptors is noticed", () => {
  const watch = new DescriptorWatch(new Log(async () => {}), () => open, NaN);
  open = 1_000_000;
  watch.look(connections);
  expect(closed).toBe(0);
  open = Infinity;
  watch.look(connections);
  expect([closed, watch.crowded]).toEqual([1, true]);
});

test("M21: the warning about few descriptors is logged at most once a minute", async () => {
  const lines: string[] = [];
  let now = 0;
  const log = new Log(async (text) => void lines.push(text));
  const watch = new DescriptorWatch(
    log,
    () => 1000,
    1000,
    () => now,
  );
  for (const at of [0, 250, httpLimits.descriptorWarningMs - 1]) {
    now = at;
    watch.look(connections);
  }
  now = httpLimits.descriptorWarningMs;
  watch.look(connections);
  await log.flush();
  expect(lines.join("").match(/few file descriptors/g)).toHaveLength(2);
});
