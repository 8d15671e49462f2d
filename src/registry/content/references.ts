import type { FoundReferences, ResolvedReferences, MissizedReference } from "../../metadata/store.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError, type ErrorItem } from "../../oci/errors.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { verifyOrMarkCorrupt } from "./intact-bytes.ts";
import type { ParsedManifest } from "./parsed-manifest.ts";
import { missingBlobs } from "./missing-blobs.ts";
import type { Services } from "../services.ts";

/**
 * Resolves the references of a manifest to content of the repository. Throws if required content is missing, or if its
 * size differs from the descriptor. It looks everything up before the transaction that stores the manifest, because
 * other pushes wait for that transaction (M10).
 */
export async function requireReferences(
  services: Services,
  repository: RepositoryName,
  { references, isFormatted }: Pick<ParsedManifest, "references" | "isFormatted">,
): Promise<ResolvedReferences> {
  const found = await services.store.references(repository, references, isFormatted);
  const lost = await lostFiles(services, found);
  const missing = [...found.missing, ...lost];
  const missingCount = found.missingCount + lost.length;
  if (missingCount > 0) throw new RegistryError("MANIFEST_BLOB_UNKNOWN", missingBlobs(missing, missingCount));
  if (found.missized.length > 0) throw new RegistryError("MANIFEST_INVALID", wrongSizes(found.missized));
  return found.resolved;
}

/**
 * Finds blobs with missing or short bytes and marks them as corrupt. From then on they are absent, so that the
 * client's next push repairs them (L23).
 */
async function lostFiles(services: Services, { files }: FoundReferences): Promise<Digest[]> {
  const lost: Digest[] = [];
  for (const file of files) {
    if (await verifyOrMarkCorrupt(services, file)) continue;
    if (file.needed) lost.push(file.digest);
  }
  return lost;
}

function wrongSizes(missized: readonly MissizedReference[]): ErrorItem[] {
  return missized.map(({ digest, said, actual }) => ({
    message: `the manifest says that ${digest} has ${said} bytes, but it has ${actual}`,
    detail: { digest, said, actual },
  }));
}
