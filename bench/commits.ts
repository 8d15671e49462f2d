/**
 * Measures the cost of a durable metadata write: the group commits of the store, with several numbers of writes in
 * flight, and the same rows committed one by one on a separate connection. All use WAL and synchronous=FULL, on the
 * disk of the folder.
 *
 *   bun bench/commits.ts [folder]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openForWriting } from "../src/metadata/sqlite/connection.ts";
import { openSqliteStore } from "../src/metadata/sqlite/store.ts";
import type { UploadRecord } from "../src/metadata/store.ts";
import type { RepositoryName } from "../src/oci/repository-name.ts";

const writes = 4_000;
const folder = await mkdtemp(join(process.argv[2] ?? tmpdir(), "lading-commits-"));

function upload(): UploadRecord {
  const id = crypto.randomUUID();
  return { id, repository: "a/b" as RepositoryName, algorithm: "sha256", offset: 0, startedAt: 0, expiresAt: 0 };
}

function report(name: string, startedAt: number): void {
  const perSecond = writes / ((performance.now() - startedAt) / 1000);
  process.stdout.write(`${perSecond.toFixed(0).padStart(8)} writes/s  ${name}\n`);
}

try {
  const store = await openSqliteStore(join(folder, "grouped.sqlite"));
  for (const inFlight of [1, 4, 16, 64, 256]) {
    const startedAt = performance.now();
    let left = writes;
    const worker = async () => {
      while (left-- > 0) await store.startUpload(upload());
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    report(`store, ${inFlight} in flight`, startedAt);
  }
  await store.close();

  const single = openForWriting(join(folder, "single.sqlite"));
  single.run("CREATE TABLE uploads (id TEXT PRIMARY KEY, repository TEXT NOT NULL)");
  const startedAt = performance.now();
  for (let i = 0; i < writes; i += 1) single.query("INSERT INTO uploads VALUES (?, ?)").run(crypto.randomUUID(), "a/b");
  report("one commit a row, in the calling thread, which it blocks", startedAt);
  single.close();
} finally {
  await rm(folder, { recursive: true });
}
