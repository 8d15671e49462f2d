import { join } from "node:path";
import { algorithms, encodedOf, type Digest } from "../../oci/digest.ts";

/**
 * Under the root of the driver:
 *
 *   uploads/<session id>                               bytes of a session; owned by the session's row
 *   blobs/<algorithm>/<first two digits>/<hex>.<id>    an object; the id is random and made for it, so that no key is
 *                                                      ever used a second time
 *
 * An object is synced, linked under its key, and its directory synced, before any row may name it. Then the name among the
 * uploads goes. Another copy of the same bytes takes an object's place by a rename.
 */
export function uploadPath(root: string, id: string): string {
  return join(root, "uploads", id);
}

/** The directory of an object, below the root. */
export function shardOf(digest: Digest): string {
  const algorithm = digest.slice(0, digest.indexOf(":"));
  return join("blobs", algorithm, encodedOf(digest).slice(0, 2));
}

/** Two digits of a digest, of which each directory of objects has its own. */
export const shardNames: readonly string[] = Array.from({ length: 256 }, (_, shard) =>
  shard.toString(16).padStart(2, "0"),
);

/** The directories of all objects, below the root. */
export const shards: readonly string[] = Object.keys(algorithms).flatMap((algorithm) =>
  shardNames.map((name) => join("blobs", algorithm, name)),
);

/** The path of an object, below the root. */
export function objectKey(digest: Digest, id: string): string {
  return join(shardOf(digest), `${encodedOf(digest)}.${id}`);
}
