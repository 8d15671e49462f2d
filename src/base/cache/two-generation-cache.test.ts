import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { baseLimits } from "../limits.ts";
import { TwoGenerationCache } from "./two-generation-cache.ts";

/** Sets a key twice, because the first time does not store it. */
function keep<V>(recent: TwoGenerationCache<V>, key: string, value: V): boolean {
  recent.set(key, value);
  return recent.set(key, value);
}

test("used entries stay, unused ones are removed", () => {
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

test("a value that is set once is not stored and evicts nothing; the second time it is stored, also after a clear", () => {
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

test("alternating keys are stored soon, although some of their hashes share a position", () => {
  const recent = new TwoGenerationCache<string>(100_000);
  const names = Array.from({ length: baseLimits.cacheHashes / 4 }, (_, nth) => `polled ${nth}`);
  for (let round = 0; round < 20; round += 1) {
    for (const name of names) if (recent.get(name) === undefined) recent.set(name, name);
  }
  expect(names.filter((name) => recent.get(name) === undefined).length).toBeLessThan(names.length / 200);
});

test("a value that alone fills a generation is not stored, and its predecessor is removed", () => {
  const recent = new TwoGenerationCache<string>(10, ({ length }) => length);
  expect(keep(recent, "key", "short")).toBe(true);
  expect(recent.set("key", "too long")).toBe(false);
  expect(recent.get("key")).toBeUndefined();
  keep(recent, "key", "short");
  keep(recent, "other", "other");
  recent.set("key", "too long");
  expect(recent.get("key")).toBeUndefined();
});

/** The total cost of the available entries. Reading an older one may remove others. */
function costIn(recent: TwoGenerationCache<{ cost: number }>, keys: readonly string[]): number {
  const values = keys.map((key) => recent.get(key));
  return keys.reduce((sum, key, at) => sum + (recent.get(key) === undefined ? 0 : (values[at]?.cost ?? 0)), 0);
}

test("it returns the last value or none, and its values cost no more than its capacity", () => {
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
