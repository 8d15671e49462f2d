/**
 * Whether the bytes of a blob are what its row says. Those of a small blob are held against its digest, which takes some
 * 10 µs; of a larger one only the size is looked at. Bytes that are missing or wrong are condemned: the blob is absent from
 * then on, so that clients push it again, and that push brings it back in every repository.
 */
import { contentLimits } from "./limits.ts";
import type { BlobRecord } from "../../metadata/store.ts";
import { algorithmOf, digestOf } from "../../oci/digest.ts";
import type { Services } from "../services.ts";
import { isInline, openBytes, readBytes, sizeOfBytes } from "./inline-blobs.ts";

type Bytes = Pick<BlobRecord, "key" | "size" | "digest">;

/** Whether the bytes are read into memory when they are given, and so can be verified at hardly any cost. */
export function isReadAtOnce({ key, size }: Pick<Bytes, "key" | "size">): boolean {
  return size <= contentLimits.blobReadAtOnceBytes || isInline(key);
}

/** All bytes of a blob that is read at once; undefined where they are missing or wrong. Condemns nothing. */
export async function readIntact(services: Services, bytes: Bytes): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const content = await readBytes(services, bytes);
  return content && digestOf(content, algorithmOf(bytes.digest)) === bytes.digest ? content : undefined;
}

/** Whether the bytes can be promised. Condemns nothing. */
export async function holdIntact(services: Services, bytes: Bytes): Promise<boolean> {
  return isReadAtOnce(bytes)
    ? (await readIntact(services, bytes)) !== undefined
    : (await sizeOfBytes(services, bytes)) === bytes.size;
}

/** The same; where they cannot, they are condemned. */
export async function areIntact(services: Services, bytes: Bytes): Promise<boolean> {
  const intact = await holdIntact(services, bytes);
  if (!intact) await markCorrupt(services, bytes);
  return intact;
}

/** Takes a blob whose bytes are missing or wrong out of service, and reports it, also where that cannot be written now. */
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

/** The bytes, to be read in whole or in slices; undefined where they have not the size of the row. Condemns nothing. */
export async function openWhole(
  services: Services,
  { key, size }: Pick<Bytes, "key" | "size">,
): Promise<Blob | undefined> {
  const content = await openBytes(services, key);
  return content?.size === size ? content : undefined;
}
