import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { baseLimits } from "../limits.ts";
import { EventLoopQueue } from "./event-loop-queue.ts";

/** An event loop whose clock advances only while pieces work, and whose turns end on command. */
class Loop {
  readonly done: string[] = [];
  readonly eventLoopQueue: EventLoopQueue;
  #now = 0;
  #next: (() => void)[] = [];

  constructor() {
    this.eventLoopQueue = new EventLoopQueue(
      () => this.#now,
      (begin) => void this.#next.push(begin),
    );
  }

  piece(name: string, ms: number, kind = ms < baseLimits.turnPieceMs ? "short" : "long"): Promise<string> {
    return this.eventLoopQueue.run(kind, () => this.spend(name, ms));
  }

  spend(name: string, ms: number): string {
    this.#now += ms;
    this.done.push(name);
    return name;
  }

  /**
   * Ends the turn. Returns the number of pieces that waited for its end; more than one means a turn that is counted
   * twice.
   */
  endTurn(): number {
    const next = this.#next;
    this.#next = [];
    for (const begin of next) begin();
    return next.length;
  }
}

const long = baseLimits.turnMs;
const half = baseLimits.turnMs / 2;
const short = baseLimits.turnPieceMs / 2;

describe("a piece of work", () => {
  test("runs at once if no other piece has run", async () => {
    const loop = new Loop();
    const piece = loop.piece("a", long);
    expect(loop.done).toEqual(["a"]);
    expect(await piece).toBe("a");
  });

  test("waits for the next turn once this turn's time is used up, and a turn does not exceed its time", () => {
    const loop = new Loop();
    for (const name of ["a", "b", "c", "d", "e"]) void loop.piece(name, half);
    expect(loop.done).toEqual(["a", "b"]);
    expect(loop.endTurn()).toBe(1);
    expect(loop.done).toEqual(["a", "b", "c", "d"]);
    expect(loop.endTurn()).toBe(1);
    expect(loop.done).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("does not run before an earlier one of its kind", () => {
    const loop = new Loop();
    for (const name of ["a", "b", "c"]) void loop.piece(name, long);
    loop.endTurn();
    void loop.piece("d", long);
    for (let turn = 0; turn < 3; turn += 1) loop.endTurn();
    expect(loop.done).toEqual(["a", "b", "c", "d"]);
  });

  test("L35 of a short kind does not wait for long ones", () => {
    const loop = new Loop();
    void loop.piece("learn", short);
    for (const name of ["a", "b", "c"]) void loop.piece(name, long);
    void loop.piece("d", short);
    expect(loop.done).toEqual(["learn", "a", "d"]);
  });

  test("L35 of medium length runs before long pieces, and still one long piece runs in every second turn", () => {
    const loop = new Loop();
    const middle = baseLimits.turnShortMs / 2;
    void loop.piece("learn", middle, "middle");
    for (const name of ["a", "b", "c"]) void loop.piece(name, long);
    const perTurn = baseLimits.turnMs / middle;
    const middling = (eventLoopQueue: number) => Array<string>(eventLoopQueue * perTurn).fill("m");
    for (let count = 0; count < 4 * perTurn; count += 1) void loop.piece("m", middle, "middle");
    for (let turn = 0; turn < 3; turn += 1) loop.endTurn();
    expect(loop.done).toEqual(["learn", "a", ...middling(2), "b", ...middling(1)]);
    loop.endTurn();
    expect(loop.done).toEqual(["learn", "a", ...middling(2), "b", ...middling(2), "c"]);
  });

  test("H2 that continues a long piece runs before the next long piece, in a separate turn", () => {
    const loop = new Loop();
    void loop.piece("a", long);
    void loop.piece("b", long);
    void loop.eventLoopQueue.goOn("share", () => loop.spend("a shared", long));
    loop.endTurn();
    expect(loop.done).toEqual(["a", "a shared"]);
    loop.endTurn();
    expect(loop.done).toEqual(["a", "a shared", "b"]);
  });

  test("L35 of a kind that has become long waits like the long ones", () => {
    const loop = new Loop();
    void loop.piece("learn", short, "list");
    loop.endTurn();
    for (let count = 0; count < 10; count += 1) {
      void loop.piece("list", long, "list");
      loop.endTurn();
    }
    const before = loop.done.length;
    void loop.piece("a", long, "list");
    void loop.piece("b", long, "list");
    expect(loop.done.slice(before)).toEqual(["a"]);
  });

  test("that is very short is not counted, and requests no further turn", () => {
    const loop = new Loop();
    for (let count = 0; count < 1_000; count += 1) void loop.piece("a", short);
    expect(loop.done).toHaveLength(1_000);
    expect(loop.endTurn()).toBe(0);
  });

  test("that fails rejects, counts its time, and does not prevent others", async () => {
    const loop = new Loop();
    await loop.piece("a", half);
    const failed = loop.eventLoopQueue.run("long", () => {
      void loop.piece("inner", half);
      throw new Error("no");
    });
    const after = loop.piece("b", half);
    expect(await rejectionOf(failed)).toEqual(new Error("no"));
    expect(loop.done).toEqual(["a", "inner"]);
    loop.endTurn();
    expect(await after).toBe("b");
  });
});

test("turns of the real event loop follow until everything is done", async () => {
  const eventLoopQueue = new EventLoopQueue();
  const done = await Promise.all(
    Array.from({ length: 5 }, (_, at) => eventLoopQueue.run("long", () => (Bun.sleepSync(baseLimits.turnMs), at))),
  );
  expect(done).toEqual([0, 1, 2, 3, 4]);
});
