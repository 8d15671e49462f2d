import { expect, test } from "bun:test";
import { FairQueue, type Place } from "./fair-queue.ts";

const bounds = { waiting: 5, waitingOfClient: 3 };

/** Enters a place for each client, and records the order of the turns. */
function enterAll(queue: FairQueue, clients: readonly string[]) {
  const eventLoopQueue: string[] = [];
  const refused: string[] = [];
  const places = clients.map((client) => {
    const place = queue.enter(client);
    void place.turn.then((admitted) => (admitted ? eventLoopQueue : refused).push(client));
    return place;
  });
  return { eventLoopQueue, refused, places };
}

async function leave(place: Place): Promise<void> {
  place.leave();
  await Promise.resolve();
  await Promise.resolve();
}

test("one place has the turn; when it leaves, the next has it", async () => {
  const { eventLoopQueue, places } = enterAll(new FairQueue(bounds), ["a", "b", "c"]);
  await Promise.resolve();
  expect(eventLoopQueue).toEqual(["a"]);
  for (const place of places) await leave(place);
  expect(eventLoopQueue).toEqual(["a", "b", "c"]);
});

test("clients take turns, however many places one has", async () => {
  const { eventLoopQueue, places } = enterAll(new FairQueue(bounds), ["a", "a", "a", "a", "b", "c"]);
  const order = [0, 1, 4, 5, 2, 3];
  for (const at of order) await leave(places[at]!);
  expect(eventLoopQueue).toEqual(["a", "a", "b", "c", "a", "a"]);
});

test("the numbers of waiting places of one client and of all clients are limited", async () => {
  const queue = new FairQueue(bounds);
  const { refused, eventLoopQueue, places } = enterAll(queue, ["a", "a", "a", "a", "a", "b", "b", "c"]);
  await Promise.resolve();
  expect([eventLoopQueue, refused]).toEqual([["a"], ["a", "c"]]);
  await leave(places[0]!);
  const later = enterAll(queue, ["c"]);
  await Promise.resolve();
  expect(later.refused).toEqual([]);
});

test("an abandoned place is skipped, and a turn ends only once", async () => {
  const { eventLoopQueue, places } = enterAll(new FairQueue(bounds), ["a", "b", "c", "d"]);
  await leave(places[1]!);
  await leave(places[0]!);
  await leave(places[0]!);
  await leave(places[1]!);
  expect(eventLoopQueue).toEqual(["a", "c"]);
  await leave(places[2]!);
  expect(eventLoopQueue).toEqual(["a", "c", "d"]);
});

test("a refused place has no turn to end", async () => {
  const queue = new FairQueue({ waiting: 0, waitingOfClient: 0 });
  const { eventLoopQueue, refused, places } = enterAll(queue, ["a", "b"]);
  await leave(places[1]!);
  expect([eventLoopQueue, refused]).toEqual([["a"], ["b"]]);
  await leave(places[0]!);
  expect(await queue.enter("c").turn).toBe(true);
});
