/**
 * Checks whether the bytes of a blob match its row. The bytes of a small blob are compared with its digest, which
 * takes about 10 µs. For a larger one, only the size is compared. A blob with missing or wrong bytes is marked as
 * corrupt. From then on it is absent, so that clients push it again, and that push repairs it in every repository.
 */
import { contentLimits } from "./limits.ts";
import type { BlobRecord } from "../../metadata/store.ts";
import { algorithmOf, digestOf } from "../../oci/digest.ts";
import type { Services } from "../services.ts";
import { isInline, openBytes, readBytes, sizeOfBytes } from "./inline-blobs.ts";

type Bytes = Pick<BlobRecord, "key" | "size" | "digest">;

/** Whether a request reads all bytes into memory, so that their verification costs almost nothing. */
export function isReadAtOnce({ key, size }: Pick<Bytes, "key" | "size">): boolean {
  return size <= contentLimits.blobReadAtOnceBytes || isInline(key);
}

/**
 * Reads and verifies all bytes of a small blob; undefined if they are missing or wrong. It does not mark the blob as
 * corrupt.
 */
export async function readIntact(services: Services, bytes: Bytes): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const content = await readBytes(services, bytes);
  return content && digestOf(content, algorithmOf(bytes.digest)) === bytes.digest ? content : undefined;
}

/** Whether the bytes are intact and can be pinned. It does not mark the blob as corrupt. */
export async function areIntact(services: Services, bytes: Bytes): Promise<boolean> {
  return isReadAtOnce(bytes)
    ? (await readIntact(services, bytes)) !== undefined
    : (await sizeOfBytes(services, bytes)) === bytes.size;
}

/** Whether the bytes are intact. If they are not, it marks the blob as corrupt. */
export async function verifyOrMarkCorrupt(services: Services, bytes: Bytes): Promise<boolean> {
  const intact = await areIntact(services, bytes);
  if (!intact) await markCorrupt(services, bytes);
  return intact;
}

/** Marks a blob with missing or wrong bytes as corrupt and reports it, even if the database cannot be written now. */
export async function markCorrupt(
  { store, damaged }: Services,
  { key, digest }: Pick<Bytes, "key" | "digest">,
): Promise<void> {
  let isNews = true;
  try {
    isNews = await store.markBlobCorrupt(key);
  } finally {
    if (isNews) damaged?.({ content: "blob", digest, key });
  }
}

/**
 * Opens the bytes for reading in whole or in slices; undefined if their size differs from the row. It does not mark
 * the blob as corrupt.
 */
export async function openWhole(
  services: Services,
  { key, size }: Pick<Bytes, "key" | "size">,
): Promise<Blob | undefined> {
  const content = await openBytes(services, key);
  return content?.size === size ? content : undefined;
}
