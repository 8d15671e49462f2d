/**
 * The schema, as the steps that create it. A released step is never changed; a later step corrects it. Each step runs
 * in its own transaction, together with the schema version that it sets.
 */
export const migrations: readonly string[] = [
  /* 1 */ `
  CREATE TABLE repositories (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- One row for each stored object or inline blob. A key is never used twice.
  CREATE TABLE blobs (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    size       INTEGER NOT NULL,
    healthy    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- The digests of the bytes, for all repositories. They give no permission to read; repository_blobs does.
  CREATE TABLE blob_digests (
    digest  TEXT PRIMARY KEY,
    blob_id INTEGER NOT NULL REFERENCES blobs (id) ON DELETE RESTRICT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_digests_by_blob ON blob_digests (blob_id);

  -- The only basis of permission to read a blob. Until the end of its pin the blob stays stored, because a client may
  -- have seen it.
  CREATE TABLE repository_blobs (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    digest        TEXT NOT NULL REFERENCES blob_digests (digest) ON DELETE RESTRICT,
    pinned_until  INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (repository_id, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX repository_blobs_by_digest ON repository_blobs (digest);

  CREATE TABLE manifests (
    id            INTEGER PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    digest        TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    size          INTEGER NOT NULL,
    bytes         BLOB NOT NULL,
    subject       TEXT,
    artifact_type TEXT,
    annotations   TEXT,
    pinned_until  INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    UNIQUE (repository_id, digest)
  ) STRICT;
  CREATE INDEX manifests_by_subject ON manifests (repository_id, subject, digest) WHERE subject IS NOT NULL;

  -- Edges. The foreign keys back up every check: content that a manifest refers to cannot be removed.
  CREATE TABLE manifest_blobs (
    manifest_id   INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    digest        TEXT NOT NULL,
    repository_id INTEGER NOT NULL,
    PRIMARY KEY (manifest_id, digest),
    FOREIGN KEY (repository_id, digest) REFERENCES repository_blobs (repository_id, digest) ON DELETE RESTRICT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_blobs_by_digest ON manifest_blobs (repository_id, digest);

  CREATE TABLE manifest_children (
    manifest_id INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    child_id    INTEGER NOT NULL REFERENCES manifests (id) ON DELETE RESTRICT,
    PRIMARY KEY (manifest_id, child_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX manifest_children_by_child ON manifest_children (child_id);

  CREATE TABLE tags (
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    name          TEXT NOT NULL,
    manifest_id   INTEGER NOT NULL REFERENCES manifests (id) ON DELETE RESTRICT,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (repository_id, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX tags_by_manifest ON tags (manifest_id);

  CREATE TABLE tag_events (
    id            INTEGER PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    tag           TEXT NOT NULL,
    from_digest   TEXT,
    to_digest     TEXT,
    at            INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tag_events_by_tag ON tag_events (repository_id, tag, id);

  -- A row has the repository's name, not its id, because an unfinished upload does not create a repository.
  CREATE TABLE uploads (
    id              TEXT PRIMARY KEY,
    repository      TEXT NOT NULL,
    algorithm       TEXT NOT NULL,
    received        INTEGER NOT NULL,
    started_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_expiry ON uploads (expires_at);

  -- Deleted content, which can be restored until purge_after.
  CREATE TABLE trash (
    id            INTEGER PRIMARY KEY,
    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    kind          TEXT NOT NULL CHECK (kind IN ('blob', 'manifest')),
    digest        TEXT NOT NULL,
    media_type    TEXT,
    bytes         BLOB,
    tags          TEXT,
    deleted_at    INTEGER NOT NULL,
    purge_after   INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX trash_by_time ON trash (purge_after);

  -- Blobs that the garbage collector has to check, and when: nothing may need them any more.
  CREATE TABLE blob_reviews (
    digest       TEXT PRIMARY KEY,
    review_after INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_reviews_by_time ON blob_reviews (review_after);
  `,
  /* 2: the history of a tag describes deleted manifests too, and is read by time. */ `
  ALTER TABLE tag_events ADD COLUMN media_type TEXT;
  ALTER TABLE tag_events ADD COLUMN size INTEGER;
  UPDATE tag_events SET (media_type, size) =
    (SELECT media_type, size FROM manifests
      WHERE manifests.repository_id = tag_events.repository_id AND digest = coalesce(to_digest, from_digest));
  DROP INDEX tag_events_by_tag;
  CREATE INDEX tag_events_by_time ON tag_events (repository_id, tag, at, id);
  `,
  /* 3: large parts of a manifest are in separate tables; referrers are stored in the order of their lists. */ `
  CREATE TABLE manifest_bytes (
    manifest_id INTEGER PRIMARY KEY REFERENCES manifests (id) ON DELETE CASCADE,
    bytes       BLOB NOT NULL
  ) STRICT;

  -- A referrer has a row in each of its lists: that of its artifact type, and that of all types ('').
  CREATE TABLE referrers (
    repository_id    INTEGER NOT NULL,
    subject          TEXT NOT NULL,
    artifact_type    TEXT NOT NULL,
    digest           TEXT NOT NULL,
    manifest_id      INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    descriptor_bytes INTEGER NOT NULL,
    descriptor       TEXT,
    PRIMARY KEY (repository_id, subject, artifact_type, digest)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX referrers_by_manifest ON referrers (manifest_id);

  -- Descriptors that are too long for rows of the lists.
  CREATE TABLE long_descriptors (
    manifest_id INTEGER PRIMARY KEY REFERENCES manifests (id) ON DELETE CASCADE,
    descriptor  TEXT NOT NULL
  ) STRICT;

  INSERT INTO manifest_bytes SELECT id, bytes FROM manifests;
  -- The patch omits null members.
  INSERT INTO long_descriptors
    SELECT id, json_patch(json_object('mediaType', media_type, 'digest', digest, 'size', size),
                          json_object('artifactType', artifact_type, 'annotations', json(annotations)))
      FROM manifests WHERE subject IS NOT NULL;
  INSERT INTO referrers
    SELECT repository_id, subject, '', digest, id, octet_length(descriptor),
           CASE WHEN octet_length(descriptor) <= 640 THEN descriptor END
      FROM manifests JOIN long_descriptors ON manifest_id = id;
  INSERT INTO referrers
    SELECT one.repository_id, one.subject, manifests.artifact_type, one.digest, manifest_id, descriptor_bytes, descriptor
      FROM referrers AS one JOIN manifests ON id = manifest_id
     WHERE manifests.artifact_type IS NOT NULL;
  DELETE FROM long_descriptors WHERE octet_length(descriptor) <= 640;

  DROP INDEX manifests_by_subject;
  ALTER TABLE manifests DROP COLUMN bytes;
  ALTER TABLE manifests DROP COLUMN annotations;
  ALTER TABLE manifests DROP COLUMN artifact_type;
  ALTER TABLE manifests DROP COLUMN subject;
  `,
  /* 4: aliases of a blob. They do not follow from its bytes alone, so each is valid in one repository only. */ `
  CREATE TABLE blob_aliases (
    repository_id INTEGER NOT NULL,
    alias         TEXT NOT NULL,
    digest        TEXT NOT NULL,
    PRIMARY KEY (repository_id, alias),
    FOREIGN KEY (repository_id, digest) REFERENCES repository_blobs (repository_id, digest) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_aliases_by_digest ON blob_aliases (repository_id, digest);
  `,
  /* 5: the digest of all bytes of a signed manifest, whose own digest covers only a part; null if both are the same. */ `
  ALTER TABLE manifest_bytes ADD COLUMN digest TEXT;
  `,
  /* 6: the digest of a session's bytes so far, for a process that ends the session without having hashed them. */ `
  ALTER TABLE uploads ADD COLUMN digest TEXT;
  `,
  /* 7: the bytes of inline blobs. Blobs that are already in the storage stay there. */ `
  CREATE TABLE short_blobs (
    blob_id INTEGER PRIMARY KEY REFERENCES blobs (id) ON DELETE CASCADE,
    bytes   BLOB NOT NULL
  ) STRICT;
  `,
  /* 8: letter case does not distinguish artifact types. */ `
  UPDATE referrers SET artifact_type = lower(artifact_type) WHERE artifact_type <> lower(artifact_type);
  `,
  /* 9: emptied repositories leave the catalogue; no event of a tag is older than the one before it. */ `
  ALTER TABLE repositories ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;
  CREATE INDEX repositories_listed ON repositories (name) WHERE listed = 1;
  UPDATE repositories SET listed = 0
   WHERE NOT EXISTS (SELECT 1 FROM manifests WHERE repository_id = repositories.id)
     AND (NOT EXISTS (SELECT 1 FROM repository_blobs WHERE repository_id = repositories.id)
          OR EXISTS (SELECT 1 FROM tag_events WHERE repository_id = repositories.id));
  UPDATE tag_events SET at = ordered.latest
    FROM (SELECT id, max(at) OVER (PARTITION BY repository_id, tag ORDER BY id) AS latest FROM tag_events) AS ordered
   WHERE ordered.id = tag_events.id AND at < ordered.latest;
  `,
  /* 10: manifests that an index awaits. They become children of the index when they are pushed. */ `
  CREATE TABLE awaited_manifests (
    repository_id INTEGER NOT NULL,
    digest        TEXT NOT NULL,
    manifest_id   INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    PRIMARY KEY (repository_id, digest, manifest_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX awaited_manifests_by_manifest ON awaited_manifests (manifest_id);
  `,
  /* 11: who made a change. Null for changes before this step, and for those that the registry makes by itself. */ `
  ALTER TABLE uploads ADD COLUMN actor TEXT;
  ALTER TABLE repository_blobs ADD COLUMN actor TEXT;
  ALTER TABLE manifests ADD COLUMN actor TEXT;
  ALTER TABLE tag_events ADD COLUMN actor TEXT;
  ALTER TABLE trash ADD COLUMN actor TEXT;
  `,
  /* 12: the documents call such blobs inline blobs. */ `
  ALTER TABLE short_blobs RENAME TO inline_blobs;
  `,
];
