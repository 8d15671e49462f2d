import { existsSync, readFileSync } from "node:fs";
import type { Ran } from "../../test/support/test-workers.ts";

/** How the registries of a run were composed, from the report that the tests have written. */
export class Runs {
  /** The requests that each worker has answered, by its number from 0. */
  readonly answered: number[];
  /** The number of registries with several workers. */
  readonly several: number;
  /** The registries with one process: their number by reason, and then by file. */
  readonly single = new Map<string, Map<string, number>>();

  constructor(ran: readonly Ran[], workers: number) {
    this.answered = Array.from({ length: workers }, () => 0);
    for (const one of ran) {
      if ("reason" in one) this.#countSingle(one);
      else for (const [index, count] of one.answered.entries()) this.answered[index]! += count;
    }
    this.several = ran.filter((one) => "answered" in one).length;
  }

  static read(path: string, workers: number): Runs {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const lines = text.split("\n").slice(0, -1);
    return new Runs(
      lines.map((line) => JSON.parse(line) as Ran),
      workers,
    );
  }

  /** The number of registries with one process. */
  get singles(): number {
    return [...this.single.values()].reduce((sum, files) => sum + sumOf(files), 0);
  }

  /** The lines that say which registries had one process, and why. */
  get singleLines(): string[] {
    return [...this.single].map(([reason, files]) => {
      const places = [...files].map(([file, count]) => `${file.replace(/^.*\//, "")} ${count}`);
      return `${sumOf(files)} because ${reason}: ${places.join(", ")}`;
    });
  }

  #countSingle({ file, reason }: Extract<Ran, { readonly reason: string }>): void {
    const files = this.single.get(reason) ?? new Map<string, number>();
    files.set(file, (files.get(file) ?? 0) + 1);
    this.single.set(reason, files);
  }
}

function sumOf(files: ReadonlyMap<string, number>): number {
  return [...files.values()].reduce((sum, count) => sum + count, 0);
}
