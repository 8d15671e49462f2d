import { metadataLimits } from "../limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseMediaType } from "../../oci/media-type.ts";
import type { DescribedManifest } from "../../oci/packed-manifest.ts";
import type { ManifestWrite, MetadataReads } from "../store.ts";
import { limited, unseen } from "./dialect.ts";
import { all, one, run, type Operation, type Operations, type Row } from "./operation.ts";
import { idOfRepository } from "./repositories.ts";

/** The artifact type of the list that has all referrers of a subject. */
const anyType = "";

/** The name of the list of an artifact type. Parameters and letter case do not distinguish types. */
function listOf(artifactType: string | undefined): string {
  return (artifactType && parseMediaType(artifactType)?.toLowerCase()) ?? anyType;
}

type ReferrerRow = Row & {
  readonly digest: string;
  readonly manifest_id: number;
  readonly descriptor_bytes: number;
  readonly descriptor: string | null;
};

/** Operations that read referrers. */
export const referrerReads = {
  *referrers(repository, subject, artifactType, { after, limit, bytes }) {
    // One row more than the page needs, to know whether another page follows.
    const rows = yield* all<ReferrerRow>(
      `SELECT digest, manifest_id, descriptor_bytes, descriptor FROM referrers
        WHERE repository_id = ${idOfRepository} AND subject = ${unseen} AND artifact_type = ${unseen} AND digest > ?
        ORDER BY digest ${limited}`,
      repository,
      subject,
      listOf(artifactType),
      after ?? "",
      limit + 1,
    );
    const page = rows.slice(0, Math.min(limit, countWithin(rows, bytes)));
    const descriptors: string[] = [];
    for (const row of page) {
      const descriptor = row.descriptor ?? (yield* longDescriptor(row.manifest_id));
      // A referrer that was deleted since the rows were read is not listed.
      if (descriptor !== undefined) descriptors.push(descriptor);
    }
    const end = page.at(-1);
    return end && page.length < rows.length ? { descriptors, next: end.digest as Digest } : { descriptors };
  },
} satisfies Partial<Operations<MetadataReads>>;

/** Number of rows whose descriptors, with commas, have at most `bytes` bytes together; at least one row. */
function countWithin(rows: readonly ReferrerRow[], bytes: number): number {
  let left = bytes;
  const beyond = rows.findIndex((row) => (left -= row.descriptor_bytes + 1) < 0);
  return beyond < 0 ? rows.length : Math.max(beyond, 1);
}

function* longDescriptor(manifest: number): Operation<string | undefined> {
  const row = yield* one<{ descriptor: string }>(
    "SELECT descriptor FROM long_descriptors WHERE manifest_id = ?",
    manifest,
  );
  return row?.descriptor;
}

/** Adds a manifest with a subject to its lists. The latest push determines which lists these are. */
export function* listReferrer(
  repository: number,
  id: number,
  write: ManifestWrite,
  manifest: DescribedManifest,
): Operation<void> {
  const { subject, artifactType } = manifest;
  if (!subject) return;
  yield* run("DELETE FROM referrers WHERE manifest_id = ?", id);
  yield* run("DELETE FROM long_descriptors WHERE manifest_id = ?", id);
  const descriptor = descriptorOf(write, manifest);
  const bytes = Buffer.byteLength(descriptor);
  const long = bytes > metadataLimits.listedDescriptorBytes;
  if (long) yield* run("INSERT INTO long_descriptors (manifest_id, descriptor) VALUES (?, ?)", id, descriptor);
  for (const type of new Set([anyType, listOf(artifactType)])) {
    yield* run(
      `INSERT INTO referrers (repository_id, subject, artifact_type, digest, manifest_id, descriptor_bytes, descriptor)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      repository,
      subject.digest,
      type,
      write.digest,
      id,
      bytes,
      long ? null : descriptor,
    );
  }
}

/**
 * The descriptor in the list, with the field names of an image index (REF-05). Fields that the manifest lacks are
 * absent.
 */
function descriptorOf({ digest, bytes }: ManifestWrite, described: DescribedManifest): string {
  const { mediaType, artifactType, annotations } = described;
  return JSON.stringify({ mediaType, digest, size: bytes.length, artifactType, annotations });
}
