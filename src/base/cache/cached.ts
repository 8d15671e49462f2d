import { memoize } from "./memoize.ts";

const mark: unique symbol = Symbol("cached");

/**
 * An object that a cache has admitted. Many requests get the same object, so what is derived from it is kept with it. Only `admit`
 * makes one.
 */
export type Cached<T extends object> = Readonly<T> & { readonly [mark]: true };

/** Marks an object that a cache keeps, and freezes it, because many requests share it. A copy of it is not marked. */
export function admit<T extends object>(value: T): Cached<T> {
  if (isCached(value)) return value;
  return Object.freeze(Object.defineProperty(value, mark, { value: true })) as unknown as Cached<T>;
}

/** True if `admit` made the object. */
export function isCached<T extends object>(value: T): value is T & Cached<T> {
  return (value as { readonly [mark]?: true })[mark] === true;
}

/** Derives something from objects: from a cached one once, and the result is cached with it; from any other each time. */
export function deriveOnce<K extends object, V>(derive: (value: K) => V): (value: K) => V {
  const ofCached = memoize((value: K) => {
    const derived = derive(value);
    return typeof derived === "object" && derived !== null ? (admit(derived) as V) : derived;
  });
  return (value) => (isCached(value) ? ofCached(value) : derive(value));
}
