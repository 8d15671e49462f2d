/**
 * Blobs so short that the metadata store holds their bytes itself: the commit that names them also makes them durable, with
 * those of everybody else, where a file takes two syncs of its own (docs/lab/writes.md). Their keys name nothing in storage.
 */
import type { MaybePromise } from "../../base/async/maybe-promise.ts";
import type { BlobRecord } from "../../metadata/store.ts";
import type { Services } from "../services.ts";

const prefix = "row/";

type Bytes = Pick<BlobRecord, "key" | "size">;

/** Later ones come after earlier ones: the keys of one commit stand beside each other in their index. */
export function newInlineKey(): string {
  return `${prefix}${Bun.randomUUIDv7()}`;
}

/** Whether the metadata store holds the bytes under this key. */
export function isInline(key: string): boolean {
  return key.startsWith(prefix);
}

/** Undefined where the bytes are missing. */
export async function openBytes({ store, driver }: Services, key: string): Promise<Blob | undefined> {
  if (!isInline(key)) return driver.open(key);
  const bytes = await store.shortBytes(key);
  return bytes && new Blob([bytes as Uint8Array<ArrayBuffer>]);
}

/** All of them, for small ones; undefined where they are missing, or are more or fewer. */
export async function readBytes(
  { store, driver }: Services,
  { key, size }: Bytes,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!isInline(key)) return driver.read(key, size);
  const bytes = await store.shortBytes(key);
  return bytes?.length === size ? (bytes as Uint8Array<ArrayBuffer>) : undefined;
}

/** Undefined where they are missing. */
export function sizeOfBytes({ driver }: Services, { key, size }: Bytes): MaybePromise<number | undefined> {
  // Short ones came in one transaction with the row that tells their size, and are verified when they are read.
  return isInline(key) ? size : driver.sizeOf(key);
}

/** Removes bytes that no row names any more. */
export async function removeBytes({ driver }: Services, key: string): Promise<void> {
  if (!isInline(key)) await driver.remove(key);
}
