import { Glob } from "bun";
import { join } from "node:path";

/** The folder of the source. */
export const source = join(import.meta.dir, "..", "..", "src");

/** Returns the paths in `src` of all files that run as a thread. The compiler cannot find them, because no file imports them. */
export function threadFiles(): string[] {
  const files = [...new Glob("**/*.worker.ts").scanSync(source)];
  return files.filter((file) => !file.endsWith(".test.worker.ts")).toSorted();
}
