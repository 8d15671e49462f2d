import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Recent } from "./recent.ts";

test("what is asked for stays, what is not goes", () => {
  const recent = new Recent<string>(4);
  recent.set("asked", "a");
  recent.set("left", "b");
  for (const key of ["c", "d", "e", "f"]) {
    expect(recent.get("asked")).toBe("a");
    recent.set(key, key);
  }
  expect(recent.get("left")).toBeUndefined();
  expect(recent.get("asked")).toBe("a");
});

test("what alone would fill half of it is not kept, nor what was there before", () => {
  const recent = new Recent<string>(10, ({ length }) => length);
  recent.set("key", "short");
  recent.set("key", "too long");
  expect(recent.get("key")).toBeUndefined();
  recent.set("key", "short");
  recent.set("other", "other");
  recent.set("key", "too long");
  expect(recent.get("key")).toBeUndefined();
});

/** Of all that can be had at this moment; to ask for one of the older generation may make others go. */
function costIn(recent: Recent<{ cost: number }>, keys: readonly string[]): number {
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
      const recent = new Recent<{ cost: number }>(capacity, ({ cost }) => cost);
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
          recent.set(one.key, value);
          model.set(one.key, value);
          expect(recent.get(one.key)).toBe(one.value * 2 <= capacity ? value : undefined);
        }
      }
      expect(costIn(recent, [...model.keys()])).toBeLessThanOrEqual(capacity);
    }),
  );
});
