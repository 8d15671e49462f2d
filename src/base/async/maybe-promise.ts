/** A value, or the promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * Calls `goOn` with a value, in the same turn of the event loop if it is no promise. Always using promises makes a
 * reply that waits for nothing a tenth slower (docs/lab/reads.md).
 */
export function andThen<T, R>(value: MaybePromise<T>, goOn: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(goOn) : goOn(value);
}
