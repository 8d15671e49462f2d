import { join } from "node:path";
import { algorithms, encodedOf, prefixOf, type Digest } from "../../oci/digest.ts";

/**
 * The path of an upload session's bytes. The layout under the root of the driver is:
 *
 *   uploads/<session id>                               bytes of an upload session; owned by the session's row
 *   blobs/<algorithm>/<first two digits>/<hex>.<id>    an object; the id is random and new for each object, so no key is
 *                                                      ever used a second time
 *
 * An object is synced and linked under its key, and its directory is synced, before a row may name it. Then the name
 * among the uploads is removed. A rename replaces an object by another copy of the same bytes.
 */
export function uploadPath(root: string, id: string): string {
  return join(root, "uploads", id);
}

/** The directory of an object, relative to the root. */
export function shardOf(digest: Digest): string {
  return join("blobs", prefixOf(digest), encodedOf(digest).slice(0, 2));
}

/** The first two hex digits of a digest: 256 directories of objects for each algorithm. */
export const shardNames: readonly string[] = Array.from({ length: 256 }, (_, shard) =>
  shard.toString(16).padStart(2, "0"),
);

/** The directories of all objects, relative to the root. */
export const shards: readonly string[] = Object.keys(algorithms).flatMap((algorithm) =>
  shardNames.map((name) => join("blobs", algorithm, name)),
);

/** The path of an object, relative to the root. */
export function objectKey(digest: Digest, id: string): string {
  return join(shardOf(digest), `${encodedOf(digest)}.${id}`);
}
