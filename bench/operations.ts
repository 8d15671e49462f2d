/**
 * Measures the cost of writing an operation as a generator of statements, and of looking up rows with subqueries. It
 * compares the store's read of a blob's row with the same statements called directly, and with one statement with
 * joins.
 *
 *   bun bench/operations.ts
 */
import { Database } from "bun:sqlite";
import { drive } from "../src/metadata/sqlite/connection.ts";
import { migrate } from "../src/metadata/sqlite/migrate.ts";
import { migrations } from "../src/metadata/sql/migrations.ts";
import type { Operation, Row } from "../src/metadata/sql/operation.ts";
import { reads } from "../src/metadata/sql/operations.ts";
import type { Digest } from "../src/oci/digest.ts";
import type { RepositoryName } from "../src/oci/repository-name.ts";

const rounds = 200_000;
const name = "library/busybox" as RepositoryName;
const digest = `sha256:${"a".repeat(64)}` as Digest;

const database = new Database(":memory:", { strict: true });
migrate(database, migrations);
database.run("INSERT INTO repositories (id, name, created_at) VALUES (1, ?, 0)", [name]);
database.run("INSERT INTO blobs (id, key, size, created_at) VALUES (1, 'key', 5, 0)");
database.run("INSERT INTO blob_digests (digest, blob_id) VALUES (?, 1)", [digest]);
database.run("INSERT INTO repository_blobs VALUES (1, ?, 0, 0)", [digest]);

const joined = `SELECT b.key, b.size, l.pinned_until FROM repositories r
  JOIN repository_blobs l ON l.repository_id = r.id AND l.digest = ?
  JOIN blob_digests d ON d.digest = l.digest JOIN blobs b ON b.id = d.blob_id WHERE r.name = ?`;
const statements = [...statementsOf(reads.blob(name, digest))];

/** The statements of an operation with their parameters. The database answers each of them. */
function* statementsOf(operation: Operation<unknown>) {
  for (let step = operation.next([]); !step.done;) {
    yield step.value;
    step = operation.next(database.query(step.value.sql).all(...step.value.parameters) as Row[]);
  }
}

function time(label: string, work: () => unknown): void {
  for (let i = 0; i < rounds / 10; i += 1) work();
  const start = Bun.nanoseconds();
  for (let i = 0; i < rounds; i += 1) work();
  process.stdout.write(`${((Bun.nanoseconds() - start) / rounds).toFixed(0).padStart(6)} ns  ${label}\n`);
}

for (const round of ["", ", again"]) {
  time(`one statement with joins, called directly${round}`, () => database.query(joined).all(digest, name));
  time(`the operation's statements, called directly${round}`, () =>
    statements.map(({ sql, parameters }) => database.query(sql).all(...parameters)),
  );
  time(`the operation, driven as a generator${round}`, () => drive(database, reads.blob(name, digest)));
}
