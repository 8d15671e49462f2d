import { expect, test } from "bun:test";
import { Transfer } from "./transfer.ts";

function transferOf(wholeMs?: number) {
  const clock = { now: 0 };
  const pace = { silenceMs: 1_000, slowAfterMs: 100, leastBytesPerSecond: 1_000, ...(wholeMs && { wholeMs }) };
  const transfer = new Transfer("a", pace, () => clock.now);
  let interrupted = 0;
  const wait = (ms: number, bytes: number) => {
    transfer.awaits(() => (interrupted += 1));
    clock.now += ms;
    transfer.check();
    if (bytes > 0) transfer.came(bytes);
  };
  const slowness = () => transfer.slowness(clock.now);
  return { clock, transfer, slowness, wait, interruptions: () => interrupted };
}

test("a transfer that is fast enough is not slow", () => {
  const { wait, slowness } = transferOf();
  for (let count = 0; count < 50; count += 1) wait(10, 20);
  wait(10, 0);
  expect(slowness()).toBeUndefined();
});

test("M9 a transfer with few bytes is slow, and with fewer bytes it is slower", () => {
  const rates = [1, 5].map((bytes) => {
    const { wait, slowness } = transferOf();
    for (let count = 0; count < 50; count += 1) wait(10, bytes);
    wait(1, 0);
    return slowness()!;
  });
  expect(rates[0]).toBeGreaterThan(rates[1]!);
});

test("M9 a fast transfer that becomes silent is slow after a while", () => {
  const { wait, slowness } = transferOf();
  wait(1, 1_000_000);
  wait(99, 0);
  expect(slowness()).toBeUndefined();
  const silent = transferOf();
  silent.wait(1, 1_000_000);
  silent.wait(100, 0);
  expect(silent.slowness()).toBeGreaterThan(0);
});

test("while the registry is busy with its bytes, a transfer is neither slow nor silent", () => {
  const { clock, transfer, wait, interruptions, slowness } = transferOf();
  wait(1, 1);
  clock.now += 1_000_000;
  transfer.check();
  expect(slowness()).toBeUndefined();
  expect([transfer.cut, interruptions()]).toEqual([undefined, 0]);
});

test("reports 7 silence is measured from the last byte, and ends the wait once", () => {
  const { transfer, wait, interruptions } = transferOf();
  for (let count = 0; count < 5; count += 1) wait(999, 1);
  expect(transfer.cut).toBeUndefined();
  wait(1_000, 0);
  expect([transfer.cut, interruptions()]).toEqual(["silent", 1]);
});

test("H1 a transfer with a total timeout is ended after it, even if bytes keep arriving", () => {
  const { transfer, wait } = transferOf(3_000);
  for (let count = 0; count < 5; count += 1) wait(599, 1);
  expect(transfer.cut).toBeUndefined();
  wait(5, 0);
  expect(transfer.cut).toBe("silent");
});

test("a transfer that has to give way reports it", () => {
  const { transfer, wait, interruptions, slowness } = transferOf();
  wait(200, 0);
  transfer.giveWay();
  expect([transfer.cut, interruptions(), slowness()]).toEqual(["crowded", 1, undefined]);
});
