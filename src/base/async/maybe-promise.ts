/** A value that is there already, or the promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Goes on with a value: in the same turn where it is there. An answer that waits for nothing and yet comes by promises
 * costs a tenth more (docs/lab/reads.md).
 */
export function andThen<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
