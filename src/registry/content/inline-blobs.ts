/**
 * Inline blobs: blobs so small that the metadata store has their bytes in a row. The commit that names them also
 * makes them durable, together with the writes of other clients, whereas a separate file takes two syncs
 * (docs/lab/writes.md). Their keys name nothing in storage.
 */
import type { MaybePromise } from "../../base/async/maybe-promise.ts";
import type { BlobRecord } from "../../metadata/store.ts";
import type { Services } from "../services.ts";

const prefix = "row/";

type Bytes = Pick<BlobRecord, "key" | "size">;

/**
 * Makes a key for an inline blob. Later keys sort after earlier ones, so the keys of one commit are adjacent in the
 * index.
 */
export function newInlineKey(): string {
  return `${prefix}${Bun.randomUUIDv7()}`;
}

/** Whether the bytes with this key are in the metadata store. */
export function isInline(key: string): boolean {
  return key.startsWith(prefix);
}

/** Opens the bytes with this key, inline or in storage; undefined if they are missing. */
export async function openBytes({ store, driver }: Services, key: string): Promise<Blob | undefined> {
  if (!isInline(key)) return driver.open(key);
  const bytes = await store.inlineBytes(key);
  return bytes && new Blob([bytes as Uint8Array<ArrayBuffer>]);
}

/** Reads all bytes of a small blob; undefined if they are missing, or if their number is wrong. */
export async function readBytes(
  { store, driver }: Services,
  { key, size }: Bytes,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!isInline(key)) return driver.read(key, size);
  const bytes = await store.inlineBytes(key);
  return bytes?.length === size ? (bytes as Uint8Array<ArrayBuffer>) : undefined;
}

/** The number of stored bytes; undefined if they are missing. */
export function sizeOfBytes({ driver }: Services, { key, size }: Bytes): MaybePromise<number | undefined> {
  // Inline bytes were written in the same transaction as the size in their row, and are verified when they are read.
  return isInline(key) ? size : driver.sizeOf(key);
}

/** Removes bytes that no row names any more. */
export async function removeBytes({ driver }: Services, key: string): Promise<void> {
  if (!isInline(key)) await driver.remove(key);
}
