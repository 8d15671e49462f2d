/** What the work resolves to, or the rejection that `late` makes once it has taken so long. The work itself goes on. */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(late()), ms);
  try {
    return await Promise.race([work, deadline.promise]);
  } finally {
    clearTimeout(timer);
    // After the deadline, a failure of the work has no other reader.
    work.catch(() => undefined);
  }
}
