/** The stored files and rows of a registry, for tests that damage them. */
import { Glob } from "bun";
import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodedOf, type Digest } from "../../src/oci/digest.ts";

/** The only file with the bytes of a blob. */
export async function fileOf(data: string, digest: Digest): Promise<string> {
  const storage = join(data, "storage");
  const found = await Array.fromAsync(new Glob(`blobs/*/*/${encodedOf(digest)}.*`).scan(storage));
  if (found.length !== 1) throw new Error(`${found.length} files contain ${digest}`);
  return join(storage, found[0]!);
}

/** The file with the bytes of an upload session. */
export function uploadFileOf(data: string, location: string): string {
  return join(data, "storage", "uploads", location.slice(location.lastIndexOf("/") + 1));
}

/** Flips one bit in the middle of a file. */
export function flipBit(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}

/** Opens the database while the registry may write to it. */
function openDatabase(data: string): Database {
  const database = new Database(join(data, "metadata.sqlite"), { readwrite: true, strict: true });
  database.run("PRAGMA busy_timeout = 10000");
  return database;
}

/** Changes the bytes of an inline blob in the database, or removes them if `damage` returns nothing. */
export function damageShortBlob(
  data: string,
  digest: Digest,
  damage: (bytes: Uint8Array) => Uint8Array | undefined,
): void {
  const database = openDatabase(data);
  try {
    const found = database
      .query(
        "SELECT blob_id, bytes FROM inline_blobs WHERE blob_id = (SELECT blob_id FROM blob_digests WHERE digest = ?)",
      )
      .get(digest) as { blob_id: number; bytes: Uint8Array } | null;
    if (!found) throw new Error(`the database does not have ${digest}`);
    const damaged = damage(found.bytes);
    if (damaged) database.run("UPDATE inline_blobs SET bytes = ? WHERE blob_id = ?", [damaged, found.blob_id]);
    else database.run("DELETE FROM inline_blobs WHERE blob_id = ?", [found.blob_id]);
  } finally {
    database.close();
  }
}

/** Flips a bit in the bytes of a manifest in the database. */
export function damageManifest(data: string, digest: Digest): void {
  const database = openDatabase(data);
  try {
    const found = database
      .query(
        "SELECT manifest_id AS id, bytes FROM manifest_bytes WHERE manifest_id = (SELECT id FROM manifests WHERE digest = ?)",
      )
      .get(digest) as { id: number; bytes: Uint8Array } | null;
    if (!found) throw new Error(`the database does not have ${digest}`);
    const damaged = found.bytes.with(found.bytes.length - 2, found.bytes.at(-2)! ^ 1);
    database.run("UPDATE manifest_bytes SET bytes = ? WHERE manifest_id = ?", [damaged, found.id]);
  } finally {
    database.close();
  }
}
