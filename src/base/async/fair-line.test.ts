import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { ClientGone, FairLine, LineFull, type Abortable } from "./fair-line.ts";

function lineOf(longest: number, waitMs?: number) {
  const clock = { now: 0 };
  const served: string[] = [];
  const line = new FairLine<string>({ longest, ...(waitMs !== undefined && { waitMs }) }, () => clock.now);
  const wait = (name: string, key: string, request?: Abortable) =>
    line.wait(key, name, request).then(() => served.push(name));
  return { clock, served, line, wait };
}

async function settle(): Promise<void> {
  for (let eventLoopQueue = 0; eventLoopQueue < 10; eventLoopQueue += 1) await Promise.resolve();
}

test("keys are served in turn, the requests of each in their order of arrival", async () => {
  const { served, line, wait } = lineOf(10);
  for (const name of ["a1", "a2", "a3", "b1", "c1", "b2"]) void wait(name, name[0]!);
  while (line.length > 0) {
    line.serve();
    await settle();
  }
  expect(served).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("a full line refuses the key that has the most requests in it", async () => {
  const { line, wait } = lineOf(2);
  const kept = wait("a1", "a");
  const displaced = rejectionOf(wait("a2", "a"));
  expect(await rejectionOf(wait("a3", "a"))).toBeInstanceOf(LineFull);
  const other = wait("b1", "b");
  expect(await displaced).toBeInstanceOf(LineFull);
  expect(await rejectionOf(wait("b2", "b"))).toBeInstanceOf(LineFull);
  expect(await rejectionOf(wait("c1", "c"))).toBeInstanceOf(LineFull);
  line.serve();
  line.serve();
  await Promise.all([kept, other]);
  expect(line.length).toBe(0);
});

test("requests that have waited for too long are refused, the others stay", async () => {
  const { clock, line, wait } = lineOf(10, 100);
  const early = rejectionOf(wait("early", "a"));
  clock.now = 60;
  const late = wait("late", "a");
  clock.now = 100;
  line.expire();
  expect(await early).toBeInstanceOf(LineFull);
  expect(line.length).toBe(1);
  line.serve();
  await late;
});

test("M8 a request leaves at once when its client disconnects, also before it waits", async () => {
  const { line, wait } = lineOf(10);
  const gone = new AbortController();
  const left = rejectionOf(wait("gone", "a", gone));
  gone.abort();
  expect(await left).toBeInstanceOf(ClientGone);
  expect(line.length).toBe(0);
  expect(await rejectionOf(wait("gone", "a", gone))).toBeInstanceOf(ClientGone);
  expect(line.next).toBeUndefined();
});
