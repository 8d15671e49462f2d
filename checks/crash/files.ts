/** Compares the files of a data directory with its database, while no process uses it (R5). */
import { Database } from "bun:sqlite";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ManualClock } from "../../src/base/clock.ts";
import { uploadLimits } from "../../src/registry/uploads/limits.ts";
import { openSqliteStore } from "../../src/metadata/sqlite/store.ts";
import { Orphans } from "../../src/registry/uploads/orphans.ts";
import { places } from "../../src/server/primary.ts";
import { FilesystemDriver } from "../../src/storage/filesystem/driver.ts";
import type { Violation } from "./model.ts";

/** The files that the registry's sweep has removed. */
export interface Swept {
  readonly uploads: number;
  readonly objects: number;
}

/**
 * Does what the registry does in the following hours: one sweep of the upload sessions, two passes over the objects.
 */
export async function sweepFiles(data: string): Promise<Swept> {
  const store = await openSqliteStore(places.metadata(data));
  try {
    const driver = await FilesystemDriver.open(places.storage(data));
    const clock = new ManualClock(Date.now() + 2 * uploadLimits.orphanGraceMs);
    const orphans = new Orphans({ store, driver, clock }, new Map());
    let objects = 0;
    for (let step = 0; step < 2 * driver.shards.length; step += 1) objects += (await orphans.sweepNextShard()).removed;
    return { uploads: await orphans.sweepUploads(), objects };
  } finally {
    await store.close();
  }
}

/** Files without a row, and rows without their file, or with a file of another size. */
export function compareFiles(data: string): Violation[] {
  const database = new Database(places.metadata(data), { readonly: true });
  try {
    const objects = "SELECT key AS path, size FROM blobs WHERE id NOT IN (SELECT blob_id FROM inline_blobs)";
    const sessions = "SELECT 'uploads/' || id AS path, received AS size FROM uploads";
    const storage = places.storage(data);
    return [
      ...differences(rowsOf(database, objects), filesBelow(storage, "blobs"), (file, row) => file === row),
      // Bytes after the last acknowledgement may exist. A session that has received nothing may have no file.
      ...differences(rowsOf(database, sessions), filesBelow(storage, "uploads"), (file, row) => file >= row),
    ];
  } finally {
    database.close();
  }
}

/** Sizes in bytes by path below the storage. */
type Sizes = ReadonlyMap<string, number>;

function rowsOf(database: Database, sql: string): Sizes {
  return new Map((database.query(sql).all() as { path: string; size: number }[]).map(({ path, size }) => [path, size]));
}

function filesBelow(storage: string, folder: string): Sizes {
  const entries = readdirSync(join(storage, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(files.map((path) => [path.slice(storage.length + 1), statSync(path).size]));
}

function differences(rows: Sizes, files: Sizes, fits: (file: number, row: number) => boolean): Violation[] {
  const found: Violation[] = [];
  for (const path of files.keys()) {
    if (!rows.has(path)) found.push({ defect: "orphan", text: `orphan: ${path} has no row` });
  }
  for (const [path, size] of rows) {
    const file = files.get(path) ?? 0;
    if (!fits(file, size)) found.push({ defect: "lost", text: `lost: ${path} has ${file} bytes, due are ${size}` });
  }
  return found;
}
