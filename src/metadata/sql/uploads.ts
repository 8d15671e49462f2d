import type { Algorithm, Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import type { MetadataReads, MetadataWrites, UploadRecord } from "../store.ts";
import { entries, limited } from "./dialect.ts";
import { all, one, run, type Operations } from "./operation.ts";

type UploadRow = {
  readonly id: string;
  readonly repository: string;
  readonly algorithm: string;
  readonly received: number;
  readonly digest: string | null;
  readonly started_at: number;
  readonly expires_at: number;
  readonly actor: string | null;
};

const columns = "id, repository, algorithm, received, digest, started_at, expires_at, actor";

function toRecord(row: UploadRow): UploadRecord {
  return {
    id: row.id,
    repository: row.repository as RepositoryName,
    algorithm: row.algorithm as Algorithm,
    offset: row.received,
    ...(row.digest !== null && { digest: row.digest as Digest }),
    startedAt: row.started_at,
    expiresAt: row.expires_at,
    ...(row.actor !== null && { actor: row.actor }),
  };
}

/** Operations that read upload sessions. */
export const uploadReads = {
  *upload(repository, id) {
    // A session belongs to one repository. Its id is unknown in any other (UP-29).
    const row = yield* one<UploadRow>(`SELECT ${columns} FROM uploads WHERE id = ? AND repository = ?`, id, repository);
    return row && toRecord(row);
  },

  *expiredUploads(now, limit) {
    const rows = yield* all<UploadRow>(
      `SELECT ${columns} FROM uploads WHERE expires_at <= ? ORDER BY expires_at ${limited}`,
      now,
      limit,
    );
    return rows.map(toRecord);
  },

  *knownUploads(ids) {
    const rows = yield* all<{ id: string }>(
      `SELECT uploads.id FROM ${entries} AS asked JOIN uploads ON uploads.id = asked.value`,
      JSON.stringify(ids),
    );
    const existing = new Set(rows.map(({ id }) => id));
    return ids.filter((id) => existing.has(id));
  },
} satisfies Partial<Operations<MetadataReads>>;

/** Operations that write upload sessions. */
export const uploadWrites = {
  *startUpload(upload) {
    yield* run(
      `INSERT INTO uploads (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      upload.id,
      upload.repository,
      upload.algorithm,
      upload.offset,
      upload.digest ?? null,
      upload.startedAt,
      upload.expiresAt,
      upload.actor ?? null,
    );
    return true;
  },

  *advanceUpload(id, from, to, expiresAt, digest) {
    const moved = yield* one(
      "UPDATE uploads SET received = ?, digest = ?, expires_at = ? WHERE id = ? AND received = ? RETURNING id",
      to,
      digest ?? null,
      expiresAt,
      id,
      from,
    );
    return moved !== undefined;
  },

  *expireUpload(id, now) {
    const ended = yield* one("DELETE FROM uploads WHERE id = ? AND expires_at <= ? RETURNING id", id, now);
    return ended !== undefined;
  },

  *endUpload(id) {
    return (yield* one("DELETE FROM uploads WHERE id = ? RETURNING id", id)) !== undefined;
  },
} satisfies Partial<Operations<MetadataWrites>>;
