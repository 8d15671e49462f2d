/** A real object with one replaced call, for a fault that occurs once, or an event between two calls. */
export interface Detour<T extends object> {
  readonly object: T;
  /** Replaces the next call of this method. Later calls are the real ones. */
  once<Name extends keyof T>(name: Name, instead: T[Name]): void;
}

/** Wraps an object so that a test can replace one call. */
export function detour<T extends object>(real: T): Detour<T> {
  const instead = new Map<PropertyKey, unknown>();
  const object = new Proxy(real, {
    get(_, name) {
      const other = instead.get(name);
      instead.delete(name);
      if (other !== undefined) return other;
      const value: unknown = Reflect.get(real, name);
      return typeof value === "function" ? (value as () => unknown).bind(real) : value;
    },
  });
  return { object, once: (name, other) => void instead.set(name, other) };
}
