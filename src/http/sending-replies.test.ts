import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { httpLimits } from "./limits.ts";
import { SendingReplies } from "./sending-replies.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function replyOf(looks: number) {
  let looked = 0;
  let finished = 0;
  return {
    isSent: () => (looked += 1) > looks,
    finished: () => void (finished += 1),
    counts: () => [looked, finished],
  };
}

test("a response that is sent at once is finished at once", () => {
  const reply = replyOf(0);
  new SendingReplies().add(reply);
  expect(reply.counts()).toEqual([1, 1]);
});

test("a response is finished once, at the first look after its last byte", () => {
  const replies = new SendingReplies();
  const [slow, slower] = [replyOf(2), replyOf(4)];
  replies.add(slow);
  replies.add(slower);
  jest.advanceTimersByTime(2 * httpLimits.sentLookMs);
  expect([slow.counts(), slower.counts()]).toEqual([
    [3, 1],
    [3, 0],
  ]);
  jest.advanceTimersByTime(100 * httpLimits.sentLookMs);
  expect([slow.counts(), slower.counts()]).toEqual([
    [3, 1],
    [5, 1],
  ]);
  expect(jest.getTimerCount()).toBe(0);
});

test("thousands of responses are looked at in turn, a few at a time", () => {
  const replies = new SendingReplies();
  const many = Array.from({ length: 10 * httpLimits.sentLooks }, () => replyOf(Infinity));
  for (const reply of many) replies.add(reply);
  jest.advanceTimersByTime(5 * httpLimits.sentLookMs);
  expect(many.filter((reply) => reply.counts()[0] === 2)).toHaveLength(5 * httpLimits.sentLooks);
  jest.advanceTimersByTime(5 * httpLimits.sentLookMs);
  expect(many.every((reply) => reply.counts()[0] === 2)).toBe(true);
  replies.end();
  expect(many.every((reply) => reply.counts()[1] === 1)).toBe(true);
  expect(jest.getTimerCount()).toBe(0);
});
