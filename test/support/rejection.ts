/**
 * What a promise was rejected with; fails where it was not. `expect(promise).rejects` will not do for what another thread
 * has to answer: it waits without going back to the event loop, so the answer may never be taken in.
 */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (reason: unknown) => ({ reason }),
  );
  if (!outcome) throw new Error("expected a rejection, but the promise resolved");
  return outcome.reason;
}
