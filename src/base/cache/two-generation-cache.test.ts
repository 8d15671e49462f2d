import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { baseLimits } from "../limits.ts";
import { TwoGenerationCache } from "./two-generation-cache.ts";

/** What is set once is not kept. */
function keep<V>(recent: TwoGenerationCache<V>, key: string, value: V): boolean {
  recent.set(key, value);
  return recent.set(key, value);
}

test("what is asked for stays, what is not goes", () => {
  const recent = new TwoGenerationCache<string>(4);
  keep(recent, "asked", "a");
  keep(recent, "left", "b");
  for (const key of ["c", "d", "e", "f"]) {
    expect(recent.get("asked")).toBe("a");
    keep(recent, key, key);
  }
  expect(recent.get("left")).toBeUndefined();
  expect(recent.get("asked")).toBe("a");
});

test("what is set once is not kept, and drives nothing out; the second time it is, also after all was cleared", () => {
  const recent = new TwoGenerationCache<string>(4);
  keep(recent, "asked", "a");
  for (let nth = 0; nth < 10_000; nth += 1) {
    expect(recent.set(`walked over ${nth}`, "")).toBe(false);
    expect(recent.get(`walked over ${nth}`)).toBeUndefined();
  }
  expect(recent.get("asked")).toBe("a");
  recent.clear();
  expect(recent.get("asked")).toBeUndefined();
  expect(recent.set("walked over 9999", "b")).toBe(true);
  expect(recent.get("walked over 9999")).toBe("b");
});

test("what is asked for in turn is kept soon, although some of it has the same place for its hash", () => {
  const recent = new TwoGenerationCache<string>(100_000);
  const names = Array.from({ length: baseLimits.cacheHashes / 4 }, (_, nth) => `polled ${nth}`);
  for (let round = 0; round < 20; round += 1) {
    for (const name of names) if (recent.get(name) === undefined) recent.set(name, name);
  }
  expect(names.filter((name) => recent.get(name) === undefined).length).toBeLessThan(names.length / 200);
});

test("what alone would fill half of it is not kept, nor what was there before", () => {
  const recent = new TwoGenerationCache<string>(10, ({ length }) => length);
  expect(keep(recent, "key", "short")).toBe(true);
  expect(recent.set("key", "too long")).toBe(false);
  expect(recent.get("key")).toBeUndefined();
  keep(recent, "key", "short");
  keep(recent, "other", "other");
  recent.set("key", "too long");
  expect(recent.get("key")).toBeUndefined();
});

/** Of all that can be had at this moment; to ask for one of the older generation may make others go. */
function costIn(recent: TwoGenerationCache<{ cost: number }>, keys: readonly string[]): number {
  const values = keys.map((key) => recent.get(key));
  return keys.reduce((sum, key, at) => sum + (recent.get(key) === undefined ? 0 : (values[at]?.cost ?? 0)), 0);
}

test("it gives what was set last, or nothing, and what it gives costs no more than its capacity", () => {
  const key = fc.constantFrom("a", "b", "c", "d", "e", "f");
  const step = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), key, value: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ kind: fc.constant("get" as const), key }),
    fc.record({ kind: fc.constant("clear" as const) }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
      const recent = new TwoGenerationCache<{ cost: number }>(capacity, ({ cost }) => cost);
      const model = new Map<string, { cost: number }>();
      for (const one of steps) {
        if (one.kind === "clear") {
          recent.clear();
          model.clear();
        } else if (one.kind === "get") {
          const value = recent.get(one.key);
          if (value !== undefined) expect(value).toBe(model.get(one.key)!);
        } else {
          const value = { cost: one.value };
          const first = recent.set(one.key, { cost: one.value });
          const kept = recent.set(one.key, value);
          model.set(one.key, value);
          expect([first && !kept, kept]).toEqual([false, one.value * 2 <= capacity]);
          expect(recent.get(one.key)).toBe(kept ? value : undefined);
        }
      }
      expect(costIn(recent, [...model.keys()])).toBeLessThanOrEqual(capacity);
    }),
  );
});
