/**
 * Returns the error of a rejected promise, and fails if it was not rejected. `expect(promise).rejects` cannot be used
 * for answers of another thread: it blocks the event loop while it waits, so the answer may never arrive.
 */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (reason: unknown) => ({ reason }),
  );
  if (!outcome) throw new Error("expected a rejection, but the promise resolved");
  return outcome.reason;
}
