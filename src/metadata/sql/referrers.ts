import { metadataLimits } from "../limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseMediaType } from "../../oci/media-type.ts";
import type { MetadataReads, NewManifest } from "../store.ts";
import { all, limited, one, run, unseen, type Operation, type Operations, type Row } from "./operation.ts";
import { idOfRepository } from "./repositories.ts";

/** The artifact type under which every referrer of a subject is listed. */
const anyType = "";

/** What the list of an artifact type is called: neither parameters nor the case of letters tell one type from another. */
function listOf(artifactType: string | undefined): string {
  return (artifactType && parseMediaType(artifactType)?.toLowerCase()) ?? anyType;
}

type ReferrerRow = Row & {
  readonly digest: string;
  readonly manifest_id: number;
  readonly descriptor_bytes: number;
  readonly descriptor: string | null;
};

export const referrerReads = {
  *referrers(repository, subject, artifactType, { after, limit, bytes }) {
    // One more than wanted, to know whether there is another page.
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
    const taken = rows.slice(0, Math.min(limit, countWithin(rows, bytes)));
    const descriptors: string[] = [];
    for (const row of taken) {
      const descriptor = row.descriptor ?? (yield* longDescriptor(row.manifest_id));
      // One that was deleted since the rows were read is listed no more.
      if (descriptor !== undefined) descriptors.push(descriptor);
    }
    const end = taken.at(-1);
    return end && taken.length < rows.length ? { descriptors, next: end.digest as Digest } : { descriptors };
  },
} satisfies Partial<Operations<MetadataReads>>;

/** How many of the rows have descriptors of so many bytes together, commas included; one row in any case. */
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

/** Puts a manifest that has a subject into the lists to which it belongs; the last push says which those are. */
export function* listReferrer(repository: number, id: number, put: NewManifest): Operation<void> {
  const { subject, artifactType } = put.manifest;
  if (!subject) return;
  yield* run("DELETE FROM referrers WHERE manifest_id = ?", id);
  yield* run("DELETE FROM long_descriptors WHERE manifest_id = ?", id);
  const descriptor = descriptorOf(put);
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
      put.digest,
      id,
      bytes,
      long ? null : descriptor,
    );
  }
}

/** The entry of the list, in the field names of an image index (REF-05); what the manifest lacks, it lacks. */
function descriptorOf({ digest, bytes, manifest: { mediaType, artifactType, annotations } }: NewManifest): string {
  return JSON.stringify({ mediaType, digest, size: bytes.length, artifactType, annotations });
}
