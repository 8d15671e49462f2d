/**
 * A reader never sees cached content that is older than the last acknowledged write, no matter which process wrote it.
 */
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { blobOf, configOf, imageOf, type Content } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { testWorkers } from "../support/test-workers.ts";

setDefaultTimeout(patienceMs);

const name = "team/fresh";
const layer = blobOf("fresh layer");
const config = configOf("fresh", layer);
const versionOf = (text: string) => imageOf(config, [layer], { annotations: { version: text } });

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  await pushBlob(registry.url, name, config);
  await pushBlob(registry.url, name, layer);
});
afterAll(() => registry.dispose());

function ask(path: string, method = "GET"): Promise<Response> {
  return fetch(`${registry.url}/v2/${path}`, { method });
}

/** The hits of the content caches, as `/metrics` counts them. */
async function cacheHits(): Promise<number> {
  const text = await (await fetch(`${registry.url}/metrics`)).text();
  const counts = [...text.matchAll(/^lading_cache_hits_total\{cache="(?!paths)[a-z-]+"\} (\d+)$/gm)];
  expect(counts.length).toBeGreaterThanOrEqual(6);
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * The number of requests after which the next one is a hit. A cache admits an entry on its second request. Of several
 * workers, each has answered at least two of twenty.
 */
const requestsUntilKnown = testWorkers === 1 ? 2 : 20;

async function makeKnown(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    for (const method of ["GET", "HEAD"]) {
      for (let times = 0; times < requestsUntilKnown; times += 1) {
        expect((await ask(path, method)).status).toBe(200);
      }
      const before = await cacheHits();
      expect((await ask(path, method)).status).toBe(200);
      expect(await cacheHits()).toBeGreaterThan(before);
    }
  }
}

/** Returns the digests of GET and HEAD, or undefined if the tag is missing. */
async function digestsOf(tag: string): Promise<(string | undefined)[]> {
  const replies = [await ask(`${name}/manifests/${tag}`), await ask(`${name}/manifests/${tag}`, "HEAD")];
  return replies.map(({ ok, headers }) => (ok ? headers.get("docker-content-digest")! : undefined));
}

async function push(reference: string, manifest: Content): Promise<void> {
  expect((await putManifest(registry.url, name, reference, manifest)).status).toBe(201);
}

test("the first read after a push sees the moved tag, while other clients read it all the time", async () => {
  await push("moving", versionOf("first"));
  const writer = { isDone: false };
  const readers = Array.from({ length: 4 }, async () => {
    while (!writer.isDone) await ask(`${name}/manifests/moving`).then((reply) => reply.bytes());
  });
  for (let round = 0; round < 60; round += 1) {
    const manifest = versionOf(`round ${round}`);
    await push("moving", manifest);
    const reply = await ask(`${name}/manifests/moving`);
    expect(await reply.bytes()).toEqual(manifest.bytes);
    expect(await digestsOf("moving")).toEqual([manifest.digest, manifest.digest]);
  }
  writer.isDone = true;
  await Promise.all(readers);
});

test("a commit of another connection to the database is visible at once", async () => {
  const [one, two] = [versionOf("one"), versionOf("two")];
  await push("outside", one);
  await push(two.digest, two);
  const database = new Database(join(registry.data, "metadata.sqlite"), { readwrite: true, strict: true });
  try {
    database.run("PRAGMA busy_timeout = 5000");
    const move = database.query(
      "UPDATE tags SET manifest_id = (SELECT id FROM manifests WHERE digest = ?) WHERE name = 'outside'",
    );
    for (let round = 0; round < 20; round += 1) {
      const { digest } = round % 2 === 0 ? two : one;
      expect(await digestsOf("outside")).not.toContain(digest);
      move.run(digest);
      expect(await digestsOf("outside")).toEqual([digest, digest]);
    }
  } finally {
    database.close();
  }
});

test("the first read after a deletion does not find the manifest", async () => {
  const manifest = versionOf("deleted");
  await push("deleted", manifest);
  await makeKnown(`${name}/manifests/deleted`, `${name}/manifests/${manifest.digest}`);
  expect(await digestsOf("deleted")).toEqual([manifest.digest, manifest.digest]);
  expect(await digestsOf(manifest.digest)).toEqual([manifest.digest, manifest.digest]);
  expect((await ask(`${name}/manifests/${manifest.digest}`, "DELETE")).status).toBe(202);
  expect(await digestsOf("deleted")).toEqual([undefined, undefined]);
  expect(await digestsOf(manifest.digest)).toEqual([undefined, undefined]);
});

test("the first read after the deletion of a cached blob does not find it", async () => {
  const blob = blobOf("deleted blob", 4096);
  await pushBlob(registry.url, name, blob);
  const path = `${name}/blobs/${blob.digest}`;
  await makeKnown(path);
  expect(await (await ask(path)).bytes()).toEqual(blob.bytes);
  expect((await ask(path, "DELETE")).status).toBe(202);
  expect((await ask(path)).status).toBe(404);
  expect((await ask(path, "HEAD")).status).toBe(404);
});

test("cached content of one repository is not visible in another", async () => {
  const manifest = versionOf("mine");
  const blob = blobOf("mine alone", 4096);
  await push("mine", manifest);
  await pushBlob(registry.url, name, blob);
  await push("theirs", versionOf("theirs"));
  await makeKnown(`${name}/manifests/mine`, `${name}/manifests/${manifest.digest}`, `${name}/blobs/${blob.digest}`);
  for (const path of ["manifests/mine", `manifests/${manifest.digest}`, `blobs/${blob.digest}`]) {
    for (const method of ["GET", "HEAD"]) expect((await ask(`team/other/${path}`, method)).status).toBe(404);
  }
});
