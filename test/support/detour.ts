/** A real object, one call of which goes another way: for what fails once, or happens between two calls. */
export interface Detour<T extends object> {
  readonly object: T;
  /** The next call of this method does this instead; those after it are the real ones again. */
  once<Name extends keyof T>(name: Name, instead: T[Name]): void;
}

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
