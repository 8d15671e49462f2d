/** The folders of a run. All of them are removed when the process exits. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Medium = "disk" | "tmpfs";

export class Places {
  readonly #roots: Readonly<Record<Medium, string>>;
  readonly #passing = new Set<string>();
  #last = 0;

  constructor(folders: Readonly<Record<Medium, string>>) {
    this.#roots = { disk: make(folders.disk), tmpfs: make(folders.tmpfs) };
  }

  /** A new folder for one comparison. */
  folder(medium: Medium, name: string): string {
    const path = this.keptFolder(medium, name);
    this.#passing.add(path);
    return path;
  }

  /** A folder for several comparisons. */
  keptFolder(medium: Medium, name: string): string {
    this.#last += 1;
    const path = join(this.#roots[medium], `${this.#last}-${name.replaceAll(/[^a-z0-9.]+/gi, "-")}`);
    mkdirSync(path);
    return path;
  }

  /** Removes the folders of the comparison that has ended. */
  sweep(): void {
    for (const path of this.#passing) this.discard(path);
  }

  discard(path: string): void {
    remove(path);
    this.#passing.delete(path);
  }

  removeAll(): void {
    for (const root of Object.values(this.#roots)) remove(root);
  }
}

function make(folder: string): string {
  return mkdtempSync(join(folder, "lading-bench-"));
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}
