/** flock(1), held while something is measured. */
type Alone = <T>(work: () => Promise<T>) => Promise<T>;

/** Without a file nobody is waited for. */
export function aloneUnder(file: string | undefined): Alone {
  return file === undefined ? (work) => work() : (work) => underLock(file, work);
}

async function underLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  // It says when it has the lock, and holds it until its input ends, as it does with this process.
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
