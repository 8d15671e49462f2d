import type { Digest } from "../../oci/digest.ts";
import type { MediaType } from "../../oci/media-type.ts";
import { holds } from "../../oci/precondition.ts";
import type { Tag } from "../../oci/reference.ts";
import type { MetadataReads, MetadataWrites } from "../store.ts";
import { greater, limited, unseen, unseenNumber } from "./dialect.ts";
import { all, one, run, type Operation, type Operations, type Row } from "./operation.ts";
import { idOfRepository, repositoryId } from "./repositories.ts";

/** Operations that read tags. */
export const tagReads = {
  *tags(repository, { after, limit }) {
    const rows = yield* all<{ name: string }>(
      `SELECT name FROM tags WHERE repository_id = ${idOfRepository} AND name > ? ORDER BY name ${limited}`,
      repository,
      after ?? "",
      limit,
    );
    return rows.map((row) => row.name as Tag);
  },

  *tagHistory(repository, tag, { since, before, limit }) {
    const rows = yield* all<EventRow>(
      `SELECT id, from_digest, to_digest, media_type, size, at, actor FROM tag_events
        WHERE repository_id = ${idOfRepository} AND tag = ? AND at > ? AND (at, id) < (?, ?)
        ORDER BY at DESC, id DESC ${limited}`,
      repository,
      tag,
      since ?? -1,
      before?.at ?? Number.MAX_SAFE_INTEGER,
      before?.id ?? 0,
      limit,
    );
    return rows.map((row) => ({
      id: row.id,
      from: row.from_digest as Digest | null,
      to: row.to_digest as Digest | null,
      mediaType: row.media_type as MediaType | null,
      size: row.size,
      at: row.at,
      actor: row.actor,
    }));
  },
} satisfies Partial<Operations<MetadataReads>>;

type EventRow = Row & {
  readonly id: number;
  readonly from_digest: string | null;
  readonly to_digest: string | null;
  readonly media_type: string | null;
  readonly size: number | null;
  readonly at: number;
  readonly actor: string | null;
};

/** When a change is made, and the name of the principal that makes it. */
export interface Change {
  readonly at: number;
  readonly actor?: string | undefined;
}

/** Operations that write tags. */
export const tagWrites = {
  *deleteTag(repository, tag, at, precondition = {}, actor) {
    const id = yield* repositoryId(repository);
    const old = id === undefined ? undefined : yield* tagTarget(id, tag);
    if (id === undefined || !old) return "unknown";
    if (!holds(precondition, old.digest)) return { unmet: { current: old.digest } };
    yield* run("DELETE FROM tags WHERE repository_id = ? AND name = ?", id, tag);
    yield* recordMove(id, tag, old, undefined, { at, actor });
    return "deleted";
  },
} satisfies Partial<Operations<MetadataWrites>>;

/** Points a tag at a manifest of the same repository, and records the change in the tag's history. */
export function* moveTag(repository: number, tag: Tag, to: TagTarget, change: Change): Operation<void> {
  const old = yield* tagTarget(repository, tag);
  if (old?.id === to.id) return;
  yield* run(
    `INSERT INTO tags (repository_id, name, manifest_id, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (repository_id, name) DO UPDATE SET manifest_id = excluded.manifest_id, updated_at = excluded.updated_at`,
    repository,
    tag,
    to.id,
    change.at,
  );
  yield* recordMove(repository, tag, old, to, change);
}

/** Removes every tag of a manifest that is about to be deleted, and returns their names. */
export function* removeTagsOf(repository: number, manifest: TagTarget, change: Change): Operation<string[]> {
  const tags = yield* all<{ name: string }>("DELETE FROM tags WHERE manifest_id = ? RETURNING name", manifest.id);
  for (const tag of tags) yield* recordMove(repository, tag.name, manifest, undefined, change);
  return tags.map((tag) => tag.name);
}

/** A manifest with the columns that the history of a tag records. */
export type TagTarget = Row & {
  readonly id: number;
  readonly digest: Digest;
  readonly media_type: MediaType;
  readonly size: number;
};

/** Returns the manifest to which a tag points; undefined if the tag does not exist. */
export function tagTarget(repository: number, tag: Tag): Operation<TagTarget | undefined> {
  return one<TagTarget>(
    `SELECT id, digest, media_type, size FROM manifests
      WHERE id = (SELECT manifest_id FROM tags WHERE repository_id = ? AND name = ?)`,
    repository,
    tag,
  );
}

/**
 * Time of the latest event of a tag. The expressions hide the parameters from SQLite's planner: a new plan for each
 * execution takes six times as long.
 */
const latest = `SELECT max(at) FROM tag_events WHERE repository_id = ${unseenNumber} AND tag = ${unseen}`;
const insertEvent = `INSERT INTO tag_events (repository_id, tag, from_digest, to_digest, at, media_type, size, actor)
  VALUES (?, ?, ?, ?, ${greater("?", `coalesce((${latest}), 0)`)}, ?, ?, ?)`;

/**
 * Records an event of a tag. The clock may have been set back since the last event. An event is never older than the
 * one before it, so that the newest event always says what the tag points to.
 */
function* recordMove(
  repository: number,
  tag: string,
  from: TagTarget | undefined,
  to: TagTarget | undefined,
  { at, actor }: Change,
): Operation<void> {
  const { media_type, size } = (to ?? from)!;
  const digests = [from?.digest ?? null, to?.digest ?? null] as const;
  yield* run(insertEvent, repository, tag, ...digests, at, repository, tag, media_type, size, actor ?? null);
}
