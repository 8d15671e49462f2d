/** The verification must find the damage in a real registry. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../../src/oci/digest.ts";
import { pushBlob, pushImage, startUpload } from "../../test/support/push.ts";
import { startRegistry, type TestRegistry } from "../../test/support/registry.ts";
import { fileOf as fileOfBlob } from "../../test/support/stored-files.ts";
import { contentOf } from "./content.ts";
import { compareFiles, sweepFiles } from "./files.ts";
import { HttpClient } from "./http-client.ts";
import { SessionModel } from "./session-model.ts";
import { patch } from "./session-requests.ts";
import { finishSessions, verifyPlaces, verifySessions } from "./verify.ts";
import { World } from "./world.ts";

let registry: TestRegistry;
let client: HttpClient;
beforeAll(async () => {
  registry = await startRegistry({ inlineBlobBytes: 0 });
  client = new HttpClient(registry.port);
});
afterAll(() => registry.dispose());

async function pushedBlob(seed: number) {
  const world = new World();
  // Larger than content that is verified when it is read.
  const recipe = { seed, size: 20_000 };
  const content = contentOf(recipe);
  const blob = world.blob(world.library("crash/damaged"), recipe, content.digest);
  const ticket = blob.register.begin(content.digest);
  await pushBlob(registry.url, "crash/damaged", content);
  ticket.acknowledge();
  return blob;
}

async function defectsOf(...places: Parameters<typeof verifyPlaces>[1]) {
  return (await verifyPlaces(client, places)).map(({ defect }) => defect);
}

function fileOf(digest: Digest): string {
  const hex = digest.slice("sha256:".length);
  const shard = join(registry.data, "storage", "blobs", "sha256", hex.slice(0, 2));
  return join(
    shard,
    readdirSync(shard).find((name) => name.startsWith(hex))!,
  );
}

describe("verification", () => {
  test("accepts intact content", async () => {
    expect(await defectsOf(await pushedBlob(1))).toEqual([]);
  });

  test("finds a single wrong byte", async () => {
    const blob = await pushedBlob(2);
    const file = fileOf(blob.reference);
    const bytes = readFileSync(file);
    bytes[4_321]! ^= 1;
    writeFileSync(file, bytes);
    expect(await defectsOf(blob)).toEqual(["wrong bytes"]);
  });

  test("finds a missing blob", async () => {
    const blob = await pushedBlob(3);
    await client.send({ method: "DELETE", path: `/v2/crash/damaged/blobs/${blob.reference}` });
    expect(await defectsOf(blob)).toEqual(["lost"]);
  });

  test("finds a blob whose deletion was acknowledged", async () => {
    const blob = await pushedBlob(4);
    blob.register.begin(null).acknowledge();
    expect(await defectsOf(blob)).toEqual(["resurrected"]);
  });

  test("finds a tag that did not move", async () => {
    const { manifest } = await pushImage(registry.url, "crash/damaged", "latest", "old");
    const tag = new World().library("crash/damaged").tags.find(({ reference }) => reference === "latest")!;
    tag.register.begin(manifest.digest).acknowledge();
    tag.register.begin(contentOf({ seed: 5, size: 10 }).digest).acknowledge();
    expect(await defectsOf(tag)).toEqual(["stale"]);
  });
});

test("reads the offset of a session, finishes it, and checks its blob", async () => {
  const world = new World();
  const location = await startUpload(registry.url, "crash/damaged");
  const session = new SessionModel("crash/damaged", location, { seed: 6, size: 3_000 });
  session.beginAppend(1_000);
  expect((await client.send(patch(session, 0, 1_000))).status).toBe(202);
  session.acknowledgeAppend();
  expect(await verifySessions(client, [session])).toEqual([]);
  session.beginAppend(500);
  session.acknowledgeAppend();
  expect((await verifySessions(client, [session])).map(({ defect }) => defect)).toEqual(["session"]);
  expect(await finishSessions(client, world, [session])).toEqual([]);
  const touched = world.takeTouched();
  expect(touched.length).toBe(1);
  expect(await verifyPlaces(client, touched)).toEqual([]);
});

describe("R5 the comparison of files and database", () => {
  async function stopped(): Promise<TestRegistry & { readonly file: string }> {
    const own = await startRegistry({ inlineBlobBytes: 0 });
    const content = contentOf({ seed: 8, size: 5_000 });
    await pushBlob(own.url, "crash/files", content);
    const location = await startUpload(own.url, "crash/files");
    await fetch(own.url + location, { method: "PATCH", body: "kept" });
    return { ...own, file: await fileOfBlob(own.data, content.digest) };
  }

  test("accepts matching files and rows", async () => {
    const own = await stopped();
    expect(compareFiles(own.data)).toEqual([]);
    await own.dispose();
  });

  test("finds files without rows, which the sweep removes, and nothing else", async () => {
    const own = await stopped();
    copyFileSync(own.file, `${own.file}.left`);
    writeFileSync(join(own.data, "storage", "uploads", crypto.randomUUID()), "left");
    expect(compareFiles(own.data).map(({ defect }) => defect)).toEqual(["orphan", "orphan"]);
    const next = await own.restart();
    expect(await sweepFiles(next.data)).toEqual({ uploads: 0, objects: 1 });
    expect(compareFiles(next.data)).toEqual([]);
    await next.dispose();
  });

  test("finds rows whose files are missing or truncated", async () => {
    const own = await stopped();
    truncateSync(own.file, 10);
    expect(compareFiles(own.data).map(({ defect }) => defect)).toEqual(["lost"]);
    rmSync(own.file);
    for (const name of readdirSync(join(own.data, "storage", "uploads")))
      rmSync(join(own.data, "storage", "uploads", name));
    expect(compareFiles(own.data).map(({ defect }) => defect)).toEqual(["lost", "lost"]);
    await own.dispose();
  });
});
