/** Lading's own data with many rows, written by its store's operations: over HTTP a million would take too long. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RepositoryName } from "../../src/oci/repository-name.ts";
import { fillRows } from "../listing-store.ts";
import type { Scale } from "./scale.ts";

/** The repository that has the tags; `lading bench` would set its own in it, too. */
export const tagged = "bench/tags-set" as RepositoryName;

export class Stores {
  readonly #folder: string;

  /** Those that an earlier run left in the folder are used again. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** As many rows as the other registries have. */
  few({ tags, repositories }: Scale): Promise<string> {
    return this.#filled(tags, repositories);
  }

  /** As many as figures have to stay flat up to: tags, and repositories with a manifest each. */
  many({ rows }: Scale): Promise<string> {
    return this.#filled(rows, rows);
  }

  async #filled(tags: number, repositories: number): Promise<string> {
    const data = join(this.#folder, `${tags}-tags-${repositories}-repositories`);
    const mark = `${data}.filled`;
    if (existsSync(mark)) return data;
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    await fillRows(data, { tagged, tags, repositories });
    writeFileSync(mark, "");
    return data;
  }
}
