/** The file of a thread, by its path in `src`, such as `folder/name.worker.ts`. */
export type ThreadFile = `${string}.worker.ts`;

/**
 * The folder of the thread files. An executable consists of one file for the program and one for each thread, which has
 * the same path as in `src` (`tools/build/compile.ts`). There, `import.meta.url` is the URL of the program.
 */
const root = new URL(Bun.isStandaloneExecutable ? "./" : "../", import.meta.url);

/**
 * Starts a thread. Its heap is small, because the threads create much garbage, which a small heap collects sooner
 * (docs/decisions/0010).
 */
export function startThread(file: ThreadFile): Worker {
  return new Worker(new URL(file, root), { smol: true });
}
