/**
 * Data directories of Lading with many rows. The operations of the store write them, because HTTP would take too long
 * for a million rows.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RepositoryName } from "../../src/oci/repository-name.ts";
import { fillRows } from "../listing-store.ts";
import type { Scale } from "./scale.ts";

/** The repository with the tags. `lading bench` also sets its tags in it. */
export const tagged = "bench/tags-set" as RepositoryName;

export class Stores {
  readonly #folder: string;

  /** Reuses the data of an earlier run in the folder. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A data directory with the same number of rows as the other registries. */
  few({ tags, repositories }: Scale): Promise<string> {
    return this.#filled(tags, repositories);
  }

  /**
   * A data directory with the number of rows up to which figures must stay flat: tags, and repositories with a manifest
   * each.
   */
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
