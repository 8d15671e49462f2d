import { expect, test } from "bun:test";
import { serverLimits } from "../limits.ts";
import { Heartbeat, stuckAmong, type Watched } from "./heartbeat.ts";

/** A process that answers on command. */
class Process {
  readonly heartbeat = new Heartbeat(() => (this.asked = Promise.withResolvers<unknown>()).promise);
  asked: PromiseWithResolvers<unknown> | undefined;
  listening = true;

  beats(count: number): this {
    for (let beat = 0; beat < count; beat += 1) this.heartbeat.beat();
    return this;
  }
}

const silent = (beats: number) => new Process().beats(1 + beats);

test("M14 a late answer resets the number of missed beats", async () => {
  const process = new Process().beats(1);
  expect(process.heartbeat.missed).toBe(0);
  process.beats(5);
  expect(process.heartbeat.missed).toBe(5);
  process.asked!.resolve(undefined);
  await process.asked!.promise;
  expect(process.heartbeat.missed).toBe(0);
  process.beats(1);
  expect(process.heartbeat.missed).toBe(0);
});

test("M14 only one question is open at a time", () => {
  let asked = 0;
  const heartbeat = new Heartbeat(() => {
    asked += 1;
    return Promise.withResolvers<unknown>().promise;
  });
  for (let beat = 0; beat < 4; beat += 1) heartbeat.beat();
  expect([asked, heartbeat.missed]).toEqual([1, 3]);
});

test("M14 a process that is suspended together with its supervisor has missed one beat", async () => {
  const process = new Process().beats(1);
  // An hour passes: the timer fires once, and then the answer arrives.
  process.beats(1);
  expect(stuckAmong(1, [process])).toEqual([]);
  process.asked!.resolve(undefined);
  await process.asked!.promise;
  expect(process.heartbeat.missed).toBe(0);
});

test("M14 a question that fails counts as unanswered", async () => {
  const heartbeat = new Heartbeat(() => Promise.reject(new Error("gone")));
  for (let beat = 0; beat < 3; beat += 1) heartbeat.beat();
  await Promise.resolve();
  expect(heartbeat.missed).toBe(2);
});

test("M14 a process with enough missed beats is stuck", () => {
  const [almost, stuck] = [silent(serverLimits.workerSilentBeats - 1), silent(serverLimits.workerSilentBeats)];
  expect(stuckAmong<Watched>(2, [almost, stuck])).toEqual([stuck]);
});

test("M16 only one of several stuck processes is killed, and the next one when all places are filled again", () => {
  const stuck = [silent(serverLimits.workerSilentBeats), silent(serverLimits.workerSilentBeats + 3)];
  expect(stuckAmong<Watched>(2, stuck)).toEqual([stuck[0]!]);
  expect(stuckAmong<Watched>(2, [stuck[1]!])).toEqual([]);
  const next = new Process();
  next.listening = false;
  expect(stuckAmong<Watched>(2, [next, stuck[1]!])).toEqual([]);
  next.listening = true;
  expect(stuckAmong<Watched>(2, [next, stuck[1]!])).toEqual([stuck[1]!]);
});

test("M14 a process that does not listen yet gets more time, and its end does not wait for others", () => {
  const [slow, stuck] = [silent(serverLimits.workerSilentBeats), silent(serverLimits.workerStartBeats)];
  slow.listening = false;
  stuck.listening = false;
  expect(stuckAmong<Watched>(2, [slow, stuck])).toEqual([stuck]);
});
