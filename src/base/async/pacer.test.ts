import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { ClientGone, LineFull, type Abortable } from "./fair-line.ts";
import { Pacer } from "./pacer.ts";

/** A pacer whose clock advances only when its timer fires. */
class Spaced {
  readonly passed: string[] = [];
  readonly slept: number[] = [];
  now = 1_000;
  #due: (() => void) | undefined;
  readonly #spacing: Pacer;

  constructor(longest = 100) {
    const after = (ms: number, work: () => void) => {
      this.slept.push(ms);
      this.#due = work;
    };
    this.#spacing = new Pacer({ apartMs: 10, longest }, () => this.now, after);
  }

  async ask(name: string, client = "a", request: Abortable = new AbortController()): Promise<void> {
    await this.#spacing.turn(client, request);
    this.passed.push(name);
  }

  async ring(): Promise<void> {
    this.now += this.slept.at(-1)!;
    const due = this.#due;
    this.#due = undefined;
    due?.();
    for (let eventLoopQueue = 0; eventLoopQueue < 10; eventLoopQueue += 1) await Promise.resolve();
  }
}

test("a single request does not wait", async () => {
  const spaced = new Spaced();
  await spaced.ask("a");
  spaced.now += 10;
  await spaced.ask("b");
  expect(spaced.slept).toEqual([]);
});

test("simultaneous requests pass one after the other", async () => {
  const spaced = new Spaced();
  const all = Promise.all([spaced.ask("a"), spaced.ask("b"), spaced.ask("c")]);
  await spaced.ring();
  expect(spaced.passed).toEqual(["a", "b"]);
  await spaced.ring();
  await all;
  expect(spaced.passed).toEqual(["a", "b", "c"]);
  expect(spaced.slept).toEqual([10, 10]);
});

test("a request waits only for the rest of the pause", async () => {
  const spaced = new Spaced();
  await spaced.ask("a");
  spaced.now += 4;
  const second = spaced.ask("b");
  expect(spaced.slept).toEqual([6]);
  await spaced.ring();
  await second;
});

test("M8 a request leaves the line when its client disconnects, and uses no turn", async () => {
  const spaced = new Spaced(20_000);
  await spaced.ask("first");
  const gone = new AbortController();
  const left = Array.from({ length: 15_000 }, () => rejectionOf(spaced.ask("gone", "a", gone)));
  const honest = spaced.ask("honest", "a");
  gone.abort();
  for (const error of await Promise.all(left)) expect(error).toBeInstanceOf(ClientGone);
  await spaced.ring();
  await honest;
  expect(spaced.passed).toEqual(["first", "honest"]);
});

test("M8 a client with many requests does not delay another, and a full line refuses those of the client with the most", async () => {
  const spaced = new Spaced(10);
  await spaced.ask("first", "many");
  const many = Array.from({ length: 12 }, (_, at) => spaced.ask(`many ${at}`, "many").catch((error: unknown) => error));
  for (const refused of await Promise.all(many.slice(10))) expect(refused).toBeInstanceOf(LineFull);
  const honest = spaced.ask("honest", "one");
  expect(await many[9]!).toBeInstanceOf(LineFull);
  await spaced.ring();
  await spaced.ring();
  await honest;
  expect(spaced.passed).toEqual(["first", "many 0", "honest"]);
});
