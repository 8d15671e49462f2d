import { expect, test } from "bun:test";
import { FairQueue, type Place } from "./fair-queue.ts";

const bounds = { waiting: 5, waitingOfClient: 3 };

/** Enters a place for each client, and notes whose turn comes. */
function enterAll(queue: FairQueue, clients: readonly string[]) {
  const turns: string[] = [];
  const refused: string[] = [];
  const places = clients.map((client) => {
    const place = queue.enter(client);
    void place.turn.then((admitted) => (admitted ? turns : refused).push(client));
    return place;
  });
  return { turns, refused, places };
}

async function leave(place: Place): Promise<void> {
  place.leave();
  await Promise.resolve();
  await Promise.resolve();
}

test("one place has the turn; when it leaves, the next has it", async () => {
  const { turns, places } = enterAll(new FairQueue(bounds), ["a", "b", "c"]);
  await Promise.resolve();
  expect(turns).toEqual(["a"]);
  for (const place of places) await leave(place);
  expect(turns).toEqual(["a", "b", "c"]);
});

test("clients take turns, however many places one has", async () => {
  const { turns, places } = enterAll(new FairQueue(bounds), ["a", "a", "a", "a", "b", "c"]);
  const order = [0, 1, 4, 5, 2, 3];
  for (const at of order) await leave(places[at]!);
  expect(turns).toEqual(["a", "a", "b", "c", "a", "a"]);
});

test("no more wait than the bounds say, of one client and of all", async () => {
  const queue = new FairQueue(bounds);
  const { refused, turns, places } = enterAll(queue, ["a", "a", "a", "a", "a", "b", "b", "c"]);
  await Promise.resolve();
  expect([turns, refused]).toEqual([["a"], ["a", "c"]]);
  await leave(places[0]!);
  const later = enterAll(queue, ["c"]);
  await Promise.resolve();
  expect(later.refused).toEqual([]);
});

test("a place that is given up is passed over, and the turn is left only once", async () => {
  const { turns, places } = enterAll(new FairQueue(bounds), ["a", "b", "c", "d"]);
  await leave(places[1]!);
  await leave(places[0]!);
  await leave(places[0]!);
  await leave(places[1]!);
  expect(turns).toEqual(["a", "c"]);
  await leave(places[2]!);
  expect(turns).toEqual(["a", "c", "d"]);
});

test("a place that was refused has no turn to leave", async () => {
  const queue = new FairQueue({ waiting: 0, waitingOfClient: 0 });
  const { turns, refused, places } = enterAll(queue, ["a", "b"]);
  await leave(places[1]!);
  expect([turns, refused]).toEqual([["a"], ["b"]]);
  await leave(places[0]!);
  expect(await queue.enter("c").turn).toBe(true);
});
