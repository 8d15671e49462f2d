/** Uses flock(1), so that only one process measures at a time. */
type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/** Without a file, no lock is used. */
export function aloneUnder(file: string | undefined): Alone {
  return file === undefined ? (work) => work() : (work) => underLock(file, work);
}

async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  // The process prints a line when it has the lock, and releases it when its input ends, at the latest with this
  // process.
  const holder = Bun.spawn(["flock", file, "sh", "-c", "echo; exec cat"], { stdin: "pipe", stdout: "pipe" });
  try {
    const { done } = await holder.stdout.getReader().read();
    if (done) throw new Error(`flock could not lock ${file}`);
    return await work();
  } finally {
    await holder.stdin.end();
    await holder.exited;
  }
}
