import { expect, test } from "bun:test";
import { admit, deriveOnce, isCached } from "./cached.ts";

/** Counts how often something is derived. */
function counted() {
  const counter = { times: 0 };
  const derive = deriveOnce(({ name }: { readonly name: string }) => {
    counter.times += 1;
    return { greeting: `hello ${name}` };
  });
  return { counter, derive };
}

test("a value derived from a cached object is computed once, and is itself a cached object", () => {
  const { counter, derive } = counted();
  const value = admit({ name: "a" });
  expect(derive(value)).toBe(derive(value));
  expect([counter.times, isCached(derive(value))]).toEqual([1, true]);
});

test("a value derived from any other object is computed at each call, even if the object is frozen", () => {
  const { counter, derive } = counted();
  const value = Object.freeze({ name: "a" });
  expect(derive(value)).toEqual(derive(value));
  expect([counter.times, isCached(value), isCached(derive(value))]).toEqual([2, false, false]);
});

test("a copy of a cached object is not cached, but is otherwise identical to the original", () => {
  const value = admit({ name: "a" });
  expect([isCached({ ...value }), isCached(admit(value)), Object.isFrozen(value)]).toEqual([false, true, true]);
  expect(Object.keys(value)).toEqual(["name"]);
  expect(JSON.stringify(value)).toBe('{"name":"a"}');
});
