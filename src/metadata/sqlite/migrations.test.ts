/** Tests of what the migrations do to existing rows. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { metadataLimits } from "../limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { migrations } from "../sql/migrations.ts";
import { reads } from "../sql/operations.ts";
import { allBytes } from "../store.ts";
import { drive } from "./connection.ts";
import { migrate } from "./migrate.ts";

let database: Database;
beforeEach(() => {
  database = new Database(":memory:", { strict: true });
});
afterEach(() => database.close());

interface Referrer {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

describe("step 3", () => {
  const subject = `sha256:${"5".repeat(64)}` as Digest;
  const bytes = new Uint8Array(100_000).fill(7);
  const digestOf = (digit: string) => `sha256:${digit.repeat(64)}` as Digest;
  const odd = { 'a"b\\': "ü\n\u2028\ud800", ["__proto__"]: "x" };
  const long = { long: "ü".repeat(metadataLimits.listedDescriptorBytes) };
  const manifests: readonly Referrer[] = [
    { mediaType: "a/plain", digest: digestOf("1"), size: 1 },
    { mediaType: "a/typed", digest: digestOf("2"), size: 2, artifactType: "b/one", annotations: {} },
    { mediaType: "a/noted", digest: digestOf("3"), size: 3, artifactType: "b/one", annotations: odd },
    { mediaType: "a/long", digest: digestOf("4"), size: 4, artifactType: "b/two", annotations: long },
  ];

  /**
   * Rows of earlier releases: four manifests refer to the subject, one is tagged and has a blob, one has no subject.
   */
  function fillBefore(): void {
    database.run("PRAGMA foreign_keys = ON");
    migrate(database, migrations.slice(0, 2));
    database.run("INSERT INTO repositories VALUES (1, 'team/app', 0)");
    const insert = database.query(
      `INSERT INTO manifests (repository_id, digest, media_type, size, bytes, subject, artifact_type, annotations,
                              pinned_until, created_at)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, 9, 8)`,
    );
    for (const { digest, mediaType, size, artifactType = null, annotations } of manifests) {
      insert.run(
        digest,
        mediaType,
        size,
        bytes,
        subject,
        artifactType,
        annotations ? JSON.stringify(annotations) : null,
      );
    }
    insert.run(subject, "a/subject", 5, bytes, null, null, null);
    database.run("INSERT INTO tags VALUES (1, 'v1', 1, 0)");
    database.run("INSERT INTO blobs (id, key, size, created_at) VALUES (1, 'key', 1, 0)");
    database.run("INSERT INTO blob_digests VALUES ('sha256:b', 1)");
    database.run("INSERT INTO repository_blobs VALUES (1, 'sha256:b', 0, 0)");
    database.run("INSERT INTO manifest_blobs VALUES (1, 'sha256:b', 1)");
  }

  const name = "team/app" as RepositoryName;
  const listed = (artifactType?: string) => {
    const page = { limit: 10, bytes: 100_000 };
    return drive(database, reads.referrers(name, subject, artifactType, page)).descriptors.map((text) =>
      JSON.parse(text),
    );
  };

  test("lists existing referrers like newly pushed ones", () => {
    fillBefore();
    migrate(database, migrations);
    expect(listed()).toEqual([...manifests]);
    expect(listed("b/one")).toEqual(manifests.slice(1, 3));
    expect(listed("b/two")).toEqual(manifests.slice(3));
    expect(database.query("SELECT manifest_id FROM long_descriptors").values()).toEqual([[4]]);
    const apart = database.query("SELECT manifest_id, artifact_type FROM referrers WHERE descriptor IS NULL").values();
    expect(apart).toEqual([
      [4, ""],
      [4, "b/two"],
    ]);
  });

  test("keeps every manifest with its bytes, its tag and its edges", () => {
    fillBefore();
    migrate(database, migrations);
    for (const digest of [...manifests.map((manifest) => manifest.digest), subject]) {
      const stored = drive(database, reads.manifestByDigest(name, digest, allBytes));
      expect([stored?.digest, stored?.pinnedUntil, stored?.stored?.bytes]).toEqual([digest, 9, bytes]);
    }
    expect(drive(database, reads.manifestByTag(name, "v1" as Tag))?.digest).toBe(manifests[0]!.digest);
    expect(database.query("SELECT * FROM manifest_blobs").all()).toHaveLength(1);
    expect(database.query("PRAGMA foreign_key_check").all()).toEqual([]);
  });
});

describe("step 8", () => {
  test("lists referrers under their artifact types in lower case, each once", () => {
    migrate(database, migrations.slice(0, 7));
    database.run("PRAGMA foreign_keys = ON");
    database.run("INSERT INTO repositories VALUES (1, 'team/app', 0)");
    const manifest = database.query("INSERT INTO manifests VALUES (?, 1, ?, 'a/b', 1, 0, 0)");
    const list = database.query("INSERT INTO referrers VALUES (1, 'sha256:s', ?, ?, ?, 2, ?)");
    for (const [id, type] of ["Application/VND.One+json", "application/vnd.one+json", ""].entries()) {
      manifest.run(id + 1, `sha256:${id}`);
      for (const each of new Set(["", type])) list.run(each, `sha256:${id}`, id + 1, `{"id":${id}}`);
    }
    migrate(database, migrations);
    const listed = (type?: string) =>
      drive(
        database,
        reads.referrers("team/app" as RepositoryName, "sha256:s" as Digest, type, { limit: 9, bytes: 9_000 }),
      ).descriptors;
    expect(listed()).toEqual(['{"id":0}', '{"id":1}', '{"id":2}']);
    for (const type of ["application/vnd.one+json", "APPLICATION/vnd.one+JSON"]) {
      expect(listed(type)).toEqual(['{"id":0}', '{"id":1}']);
    }
  });
});

describe("step 9", () => {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

  beforeEach(() => {
    migrate(database, migrations.slice(0, 8));
    const names = ["full", "blobs-only", "emptied", "nothing"];
    for (const [at, name] of names.entries()) database.run("INSERT INTO repositories VALUES (?, ?, 0)", [at + 1, name]);
    database.run(`INSERT INTO manifests VALUES (1, 1, '${digest("1")}', 'a/b', 1, 0, 0)`);
    database.run("INSERT INTO blobs (id, key, size, created_at) VALUES (1, 'key', 1, 0)");
    database.run(`INSERT INTO blob_digests VALUES ('${digest("2")}', 1)`);
    for (const id of [2, 3]) database.run(`INSERT INTO repository_blobs VALUES (?, '${digest("2")}', 0, 0)`, [id]);
    const event = "INSERT INTO tag_events (repository_id, tag, from_digest, to_digest, at) VALUES (?, ?, ?, ?, ?)";
    for (const at of [50, 20, 30, 70, 60]) database.run(event, [3, "latest", null, digest("1"), at]);
    database.run(event, [3, "other", null, digest("1"), 10]);
    migrate(database, migrations);
  });

  test("removes emptied repositories from the catalogue", () => {
    expect(drive(database, reads.repositories({ limit: 10 }))).toEqual(["blobs-only", "full"] as RepositoryName[]);
  });

  test("L27 leaves no event of a tag older than the one before it", () => {
    const times = (tag: string) =>
      drive(database, reads.tagHistory("emptied" as RepositoryName, tag as Tag, { limit: 10 })).map(({ at }) => at);
    expect(times("latest")).toEqual([70, 70, 50, 50, 50]);
    expect(times("other")).toEqual([10]);
  });
});
