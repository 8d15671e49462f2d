/** The bytes of a registry, as they lie in its data directory; for the tests that damage them. */
import { Glob } from "bun";
import { join } from "node:path";
import { encodedOf, type Digest } from "../../src/oci/digest.ts";

/** The one file that holds a blob. */
export async function fileOf(data: string, digest: Digest): Promise<string> {
  const storage = join(data, "storage");
  const found = await Array.fromAsync(new Glob(`blobs/*/*/${encodedOf(digest)}.*`).scan(storage));
  if (found.length !== 1) throw new Error(`${found.length} files hold ${digest}`);
  return join(storage, found[0]!);
}

export function uploadFileOf(data: string, location: string): string {
  return join(data, "storage", "uploads", location.slice(location.lastIndexOf("/") + 1));
}
