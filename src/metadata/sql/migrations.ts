/**
 * The schema, as the steps that lead to it. A step that was released is never changed: the next one mends it. Each runs in
 * a transaction of its own, together with the number it leaves behind.
 */
export const migrations: readonly string[] = [
  /* 1 */ `
  CREATE TABLE repositories (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- The bytes: one row for each object that is alive in storage. A key is never used twice.
  CREATE TABLE blobs (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    size       INTEGER NOT NULL,
    healthy    INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
  ) STRICT;

  -- The names of the bytes, registry-wide. Naming is not permission: that is repository_blobs.
  CREATE TABLE blob_digests (
    digest  TEXT PRIMARY KEY,
    blob_id INTEGER NOT NULL REFERENCES blobs (id) ON DELETE RESTRICT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_digests_by_blob ON blob_digests (blob_id);

  -- The only basis of permission to read a blob. The pin promises it to whoever pushed, mounted or asked for it.
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

  -- Edges. The foreign keys are the backstop of every check: what a manifest refers to cannot be removed under it.
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

  -- A session holds the repository's name, not its id: an upload that is never finished makes no repository.
  CREATE TABLE uploads (
    id              TEXT PRIMARY KEY,
    repository      TEXT NOT NULL,
    algorithm       TEXT NOT NULL,
    received        INTEGER NOT NULL,
    started_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_expiry ON uploads (expires_at);

  -- What was deleted and can be brought back until purge_after.
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

  -- What the collector has to look at, and when: blobs whose last reason to stay may be gone.
  CREATE TABLE blob_reviews (
    digest       TEXT PRIMARY KEY,
    review_after INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_reviews_by_time ON blob_reviews (review_after);
  `,
  /* 2: the history of a tag says what the tag pointed to also after that is gone, and is read by time. */ `
  ALTER TABLE tag_events ADD COLUMN media_type TEXT;
  ALTER TABLE tag_events ADD COLUMN size INTEGER;
  UPDATE tag_events SET (media_type, size) =
    (SELECT media_type, size FROM manifests
      WHERE manifests.repository_id = tag_events.repository_id AND digest = coalesce(to_digest, from_digest));
  DROP INDEX tag_events_by_tag;
  CREATE INDEX tag_events_by_time ON tag_events (repository_id, tag, at, id);
  `,
  /* 3: what is large in a manifest lies apart; referrers lie in the order of their lists. */ `
  CREATE TABLE manifest_bytes (
    manifest_id INTEGER PRIMARY KEY REFERENCES manifests (id) ON DELETE CASCADE,
    bytes       BLOB NOT NULL
  ) STRICT;

  -- A referrer has a row in each list that it belongs to: that of its artifact type, and that of all ('').
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

  -- Those that would make rows of the lists long.
  CREATE TABLE long_descriptors (
    manifest_id INTEGER PRIMARY KEY REFERENCES manifests (id) ON DELETE CASCADE,
    descriptor  TEXT NOT NULL
  ) STRICT;

  INSERT INTO manifest_bytes SELECT id, bytes FROM manifests;
  -- The patch leaves out what is null.
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
  /* 4: names of a blob that do not follow from its bytes alone, and so are true of one repository only. */ `
  CREATE TABLE blob_aliases (
    repository_id INTEGER NOT NULL,
    alias         TEXT NOT NULL,
    digest        TEXT NOT NULL,
    PRIMARY KEY (repository_id, alias),
    FOREIGN KEY (repository_id, digest) REFERENCES repository_blobs (repository_id, digest) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blob_aliases_by_digest ON blob_aliases (repository_id, digest);
  `,
  /* 5: a signed manifest's digest is of a part of its bytes. Their own stands beside them; null, it is the manifest's. */ `
  ALTER TABLE manifest_bytes ADD COLUMN digest TEXT;
  `,
  /* 6: what the bytes of a session are called so far, for whoever ends it without having seen them. */ `
  ALTER TABLE uploads ADD COLUMN digest TEXT;
  `,
  /* 7: the bytes of inline blobs. Those that lie in storage stay there. */ `
  CREATE TABLE short_blobs (
    blob_id INTEGER PRIMARY KEY REFERENCES blobs (id) ON DELETE CASCADE,
    bytes   BLOB NOT NULL
  ) STRICT;
  `,
  /* 8: the case of letters does not tell one artifact type from another. */ `
  UPDATE referrers SET artifact_type = lower(artifact_type) WHERE artifact_type <> lower(artifact_type);
  `,
  /* 9: repositories that were emptied leave the catalogue; no event of a tag is older than the one before it. */ `
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
  /* 10: manifests that an index refers to and that are not here yet. They become children of the index when they are pushed. */ `
  CREATE TABLE awaited_manifests (
    repository_id INTEGER NOT NULL,
    digest        TEXT NOT NULL,
    manifest_id   INTEGER NOT NULL REFERENCES manifests (id) ON DELETE CASCADE,
    PRIMARY KEY (repository_id, digest, manifest_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX awaited_manifests_by_manifest ON awaited_manifests (manifest_id);
  `,
];
