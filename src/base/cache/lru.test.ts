import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Lru } from "./lru.ts";

test("an entry that was read outlives one that was not", () => {
  const lru = new Lru<string, number>(2);
  lru.set("read", 1);
  lru.set("unread", 2);
  expect(lru.get("read")).toBe(1);
  lru.set("new", 3);
  expect(lru.get("unread")).toBeUndefined();
  expect(lru.get("read")).toBe(1);
  expect(lru.get("new")).toBe(3);
});

test("the cache reports removed entries, and only those", () => {
  const forgotten: number[] = [];
  const lru = new Lru<string, number>(2, (value) => forgotten.push(value));
  for (const [at, key] of ["a", "b", "c"].entries()) lru.set(key, at);
  lru.delete("b");
  lru.set("d", 3);
  expect(forgotten).toEqual([0]);
});

test("peek does not count as a use", () => {
  const lru = new Lru<string, number>(2);
  lru.set("a", 1);
  lru.set("b", 2);
  expect(lru.peek("a")).toBe(1);
  lru.set("c", 3);
  expect(lru.peek("a")).toBeUndefined();
});

test("writing an entry again renews it and replaces its value", () => {
  const lru = new Lru<string, number>(2);
  lru.set("a", 1);
  lru.set("b", 2);
  lru.set("a", 10);
  expect(lru.size).toBe(2);
  lru.set("c", 3);
  expect(lru.get("b")).toBeUndefined();
  expect(lru.get("a")).toBe(10);
});

test("a deleted entry makes room and deleting an absent one does nothing", () => {
  const lru = new Lru<string, number>(2);
  lru.set("a", 1);
  lru.set("b", 2);
  lru.delete("b");
  lru.delete("never there");
  lru.set("c", 3);
  expect(lru.get("a")).toBe(1);
  expect(lru.get("b")).toBeUndefined();
  expect(lru.get("c")).toBe(3);
});

type Step = readonly ["get" | "set" | "delete", key: number, value: number];

/** The simplest equivalent: a list whose last item was used most recently. */
class ListOfRecent {
  entries: (readonly [key: number, value: number])[] = [];
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  take([kind, key, value]: Step): number | undefined {
    const found = this.entries.find((entry) => entry[0] === key);
    if (kind === "get" && !found) return undefined;
    this.entries = this.entries.filter((entry) => entry !== found);
    if (kind === "delete") return undefined;
    if (kind === "get" && found) this.entries.push(found);
    else this.entries.push([key, value]);
    this.entries = this.entries.slice(-this.#capacity);
    return kind === "get" ? found?.[1] : undefined;
  }
}

function takeStep(lru: Lru<number, number>, [kind, key, value]: Step): number | undefined {
  if (kind === "get") return lru.get(key);
  if (kind === "set") lru.set(key, value);
  else lru.delete(key);
  return undefined;
}

test("it removes exactly the entries that a list in order of use removes", () => {
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom("get" as const, "set" as const, "delete" as const),
    fc.nat({ max: 5 }),
    fc.nat(),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const lru = new Lru<number, number>(capacity);
      const list = new ListOfRecent(capacity);
      for (const one of steps) {
        expect(takeStep(lru, one)).toBe(list.take(one));
        expect(lru.size).toBe(list.entries.length);
      }
      for (const [key, value] of list.entries) expect(lru.get(key)).toBe(value);
    }),
  );
});
