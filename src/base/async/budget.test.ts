import { expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { ClientGone, LineFull } from "./fair-line.ts";
import { Budget, type Holder } from "./budget.ts";

class Client implements Holder {
  gaveWay = false;
  slow: number | undefined;
  readonly client: string;

  constructor(client: string, slow?: number) {
    this.client = client;
    this.slow = slow;
  }

  slowness(): number | undefined {
    return this.slow;
  }

  giveWay(): void {
    this.gaveWay = true;
  }
}

function roomOf(total: number, longest = 10) {
  const clock = { now: 0, look: () => {}, watched: false };
  const room = new Budget(
    { total, longest, waitMs: 100, lookEveryMs: 10 },
    () => clock.now,
    (look) => {
      clock.look = look;
      clock.watched = true;
      return () => {
        clock.watched = false;
      };
    },
  );
  return { clock, room };
}

test("an amount that fits is granted at once, and one client may have all of it", async () => {
  const { room } = roomOf(10);
  const a = new Client("a");
  expect(room.take(a, 6)).toBeUndefined();
  expect(room.take(a, 4)).toBeUndefined();
  expect(room.used).toBe(10);
  room.release(a);
  room.release(a);
  expect(room.used).toBe(0);
});

test("M9 only the slowest request of the client with the most is ended", async () => {
  const { room } = roomOf(5);
  const [slower, slow, fast] = [new Client("many", 9), new Client("many", 3), new Client("many")];
  const [lone, other] = [new Client("one", 100), new Client("many")];
  for (const each of [slow, slower, fast, lone, other]) void room.take(each, 1);
  expect(room.take(new Client("new"), 1)).toBeUndefined();
  expect([slower, slow, fast, lone, other].map(({ gaveWay }) => gaveWay)).toEqual([true, false, false, false, false]);
  expect(room.used).toBe(5);
});

test("M9 a client with more does not end requests of one with less", async () => {
  const { room } = roomOf(3);
  const lone = new Client("one", 100);
  for (const each of [lone, new Client("many"), new Client("many")]) void room.take(each, 1);
  const waits = Promise.resolve(room.take(new Client("many"), 1));
  expect(lone.gaveWay).toBe(false);
  expect(room.waiting).toBe(1);
  room.release(lone);
  await waits;
  expect(room.used).toBe(3);
});

test("no request is ended if ending it would not free enough memory", async () => {
  const { room } = roomOf(10);
  const [small, fast] = [new Client("a", 1), new Client("a")];
  void room.take(small, 2);
  void room.take(fast, 8);
  const waits = Promise.resolve(room.take(new Client("b"), 5));
  expect(small.gaveWay).toBe(false);
  room.release(fast);
  await waits;
  expect(room.used).toBe(7);
});

test("waiting requests are granted in turn between the clients, and none overtakes a larger one", async () => {
  const { clock, room } = roomOf(4);
  const first = new Client("a");
  void room.take(first, 4);
  const order: string[] = [];
  const wait = (name: string, client: string, amount: number) =>
    Promise.resolve(room.take(new Client(client), amount)).then(() => order.push(name));
  const all = [wait("a large", "a", 3), wait("a small", "a", 1), wait("b small", "b", 1)];
  expect(clock.watched).toBe(true);
  room.release(first);
  await Promise.all([all[0], all[2]]);
  expect(order).toEqual(["a large", "b small"]);
});

test("a request that becomes slow is ended for one that already waits", async () => {
  const { clock, room } = roomOf(1);
  const holder = new Client("a");
  void room.take(holder, 1);
  const waits = Promise.resolve(room.take(new Client("a"), 1));
  clock.look();
  expect(holder.gaveWay).toBe(false);
  holder.slow = 1;
  clock.look();
  await waits;
  expect(holder.gaveWay).toBe(true);
  expect(clock.watched).toBe(false);
});

test("a request is refused after its timeout or if the line is full, and leaves when its client disconnects", async () => {
  const { clock, room } = roomOf(1, 2);
  void room.take(new Client("a"), 1);
  const late = rejectionOf(Promise.resolve(room.take(new Client("a"), 1)));
  const gone = new AbortController();
  const left = rejectionOf(Promise.resolve(room.take(new Client("b"), 1, gone)));
  expect(await rejectionOf(Promise.resolve(room.take(new Client("b"), 1)))).toBeInstanceOf(LineFull);
  gone.abort();
  expect(await left).toBeInstanceOf(ClientGone);
  clock.now = 100;
  clock.look();
  expect(await late).toBeInstanceOf(LineFull);
  expect(room.waiting).toBe(0);
});
