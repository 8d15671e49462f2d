/** A value that is there already, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/**
 * Goes on with a value: in the same turn where it is there. An answer that waits for nothing and yet comes by promises
 * costs a tenth more (docs/lab/reads.md).
 */
export function whenThere<T, R>(value: Soon<T>, goOn: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
