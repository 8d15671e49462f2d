/** Opens the data directories of earlier releases. Each step of the schema has an archive that a release before it wrote. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrations } from "../../src/metadata/sql/migrations.ts";
import { patienceMs } from "../support/patience.ts";
import { pushImage } from "../support/push.ts";
import { startRegistry } from "../support/registry.ts";
import { startProcess } from "../support/process.ts";
import { rejectionOf } from "../support/rejection.ts";
import { Upload } from "../support/upload.ts";
import { archiveOf, hasArchive } from "./archives.ts";
import { name, readAll, received, unfinished, type Reply, type Written } from "./content.ts";

setDefaultTimeout(patienceMs);

const earlier = Array.from({ length: migrations.length - 1 }, (_, index) => index + 1);

/** Runs the work with the data directory of a release with this schema. */
async function withDirectory(schema: number, work: (data: string, written: Written) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lading-upgrade-"));
  try {
    const tar = Bun.spawnSync(["tar", "-xzf", archiveOf(schema), "--no-same-owner", "-C", folder]);
    expect([tar.exitCode, tar.stderr.toString()]).toEqual([0, ""]);
    await work(join(folder, "data"), JSON.parse(readFileSync(join(folder, "written.json"), "utf8")) as Written);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The release of this schema removed emptied repositories from the catalogue. */
const withoutEmptied = 9;

/** The replies whose content later releases serve unchanged. */
function lasting(replies: readonly Reply[], schema: number): Reply[] {
  const changed = schema < withoutEmptied ? ["_catalog"] : [];
  return replies.filter(({ path, status }) => status === 200 && !changed.includes(path));
}

test("each earlier step of the schema has an archive", () => {
  expect(earlier.filter((schema) => !hasArchive(schema))).toEqual([]);
});

describe.each(earlier)("a data directory of schema %i", (schema) => {
  test("is opened: its content is served unchanged, its upload session is resumed, and pushes are stored", () =>
    withDirectory(schema, async (data, written) => {
      const registry = await startRegistry({ data });
      const replies = await readAll(registry.url);
      const before = lasting(written.replies, schema);
      expect(before.length).toBeGreaterThan(12);
      for (const reply of before) expect(replies).toContainEqual(reply);
      for (const { path, status } of written.replies.filter((reply) => reply.status === 404)) {
        expect(replies).toContainEqual(expect.objectContaining({ path, status }));
      }
      const upload = new Upload(registry.url, written.session);
      const rest = unfinished.bytes.slice(received);
      expect((await upload.put(`digest=${unfinished.digest}`, rest)).status).toBe(201);
      const blob = await fetch(`${registry.url}/v2/${name}/blobs/${unfinished.digest}`);
      expect(await blob.bytes()).toEqual(unfinished.bytes);
      await pushImage(registry.url, name, "new");
      await registry.dispose();
    }));
});

test("a data directory of a newer schema is refused, and stays unchanged", () =>
  withDirectory(migrations.length - 1, async (data) => {
    const path = join(data, "metadata.sqlite");
    const database = new Database(path);
    database.run(`PRAGMA user_version = ${migrations.length + 1}`);
    database.close();
    const before = readFileSync(path);
    const refusal = await rejectionOf(startProcess(["--listen", "127.0.0.1:0", "--data", data]));
    expect(String(refusal)).toContain(
      `the database has schema ${migrations.length + 1}, but this release supports schemas up to ${migrations.length}`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  }));
