/** Caches the result of `make` for each object as long as the object exists. */
export function memoize<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let cached = made.get(key);
    if (!cached) {
      cached = { value: make(key) };
      made.set(key, cached);
    }
    return cached.value;
  };
}

/**
 * Caches only the last result of `make`. It is for a key that many consecutive calls share, such as the current time as
 * text.
 */
export function memoizeLast<K, V>(make: (key: K) => V): (key: K) => V {
  let last: { readonly key: K; readonly value: V } | undefined;
  return (key) => {
    if (!last || last.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
