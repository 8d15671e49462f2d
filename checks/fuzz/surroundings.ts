/** The files outside of the data directory. No request may add, change or remove any of them. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canary } from "./canary.ts";

export class Surroundings {
  readonly root: string;
  /** The working directory of the registry. */
  readonly home: string;
  readonly data: string;
  readonly #before: string;

  constructor(folder: string) {
    this.root = join(folder, "around");
    this.home = join(this.root, "home");
    this.data = join(this.root, "var", "data");
    mkdirSync(this.home, { recursive: true });
    mkdirSync(this.data, { recursive: true });
    for (const place of [this.root, this.home, join(this.root, "var")]) {
      for (const name of ["canary", "latest", "sha256", "blob.json"]) writeFileSync(join(place, name), canary);
    }
    this.#before = this.#picture();
  }

  get untouched(): boolean {
    return this.#picture() === this.#before;
  }

  /** Names, sizes, modes and contents of all files outside of the data directory. */
  #picture(): string {
    const lines: string[] = [];
    const walk = (path: string) => {
      if (path === this.data) return;
      const { mode, size } = statSync(path);
      lines.push(`${path} ${mode}`);
      if (statSync(path).isFile()) lines.push(`${size} ${readFileSync(path, "latin1")}`);
      else for (const name of readdirSync(path).toSorted()) walk(join(path, name));
    };
    walk(this.root);
    return lines.join("\n");
  }
}
