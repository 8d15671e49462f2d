/** The pins that a HEAD makes, if they cannot be written. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentLimits } from "../../src/registry/content/limits.ts";
import { canMountSmallDisk, mountSmallDisk } from "../../checks/faults/small-disk.ts";
import { blobOf } from "../support/content.ts";
import { Faults } from "../support/faults.ts";
import { pushModern } from "../support/modern-image.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, pushImage } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { testWorkers } from "../support/test-workers.ts";
import { fileOf } from "../support/stored-files.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(patienceMs);

const name = "team/old";
let faults: Faults;
let registry: TestRegistry;
beforeEach(async () => {
  faults = new Faults();
  registry = await startRegistry({ faults, inlineBlobBytes: 0 });
});
afterEach(() => registry.dispose());

/** Pushes an image so long ago that HEAD has to renew its pins. */
async function pushOldImage(): Promise<readonly string[]> {
  const { manifest, layer } = await pushImage(registry.url, name, "latest");
  registry.clock.advance(contentLimits.pinMs);
  return ["manifests/latest", `manifests/${manifest.digest}`, `blobs/${layer.digest}`];
}

function statusOf(path: string, init: RequestInit = {}): Promise<number> {
  return fetch(`${registry.url}/v2/${name}/${path}`, init).then(({ status }) => status);
}

async function expectReads(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    expect([path, await statusOf(path, { method: "HEAD" })]).toEqual([path, 200]);
    expect([path, await statusOf(path)]).toEqual([path, 200]);
    expect([path, await statusOf(path, { headers: { "If-None-Match": '"other"' } })]).toEqual([path, 200]);
  }
}

/** The earliest time at which a pin of the content ends. */
function earliestPin(): number {
  using database = new Database(join(registry.data, "metadata.sqlite"), { readonly: true });
  const sql = `SELECT min(until) FROM (SELECT min(pinned_until) AS until FROM manifests
    UNION ALL SELECT pinned_until FROM repository_blobs WHERE digest = '${layerDigest}')`;
  return Number(database.query(sql).values()[0]![0]);
}

let layerDigest: string;

test("H4: HEAD answers while nothing can be written, and its pin is written when writing works again", async () => {
  const paths = await pushOldImage();
  layerDigest = paths[2]!.slice("blobs/".length);
  faults.writesFail = true;
  await expectReads(paths);
  const metrics = await (await fetch(`${registry.url}/metrics`)).text();
  // Each worker has the promises that it has made.
  const unwritten = Number(/^lading_unwritten_pins (\d+)$/m.exec(metrics)?.[1]);
  expect(unwritten).toBeGreaterThanOrEqual(2);
  expect(unwritten).toBeLessThanOrEqual(2 * testWorkers);
  expect(earliestPin()).toBeLessThanOrEqual(registry.clock.now());

  const pinnedUntil = registry.clock.now() + contentLimits.pinMs;
  faults.writesFail = false;
  registry.clock.advance(contentLimits.pinRetryMs);
  await until(() => earliestPin() === pinnedUntil);
  await expectReads(paths);
});

test("H4: HEAD answers while a write hangs, and its pin is written when the write continues", async () => {
  const paths = await pushOldImage();
  layerDigest = paths[2]!.slice("blobs/".length);
  const hanging = Promise.withResolvers<void>();
  faults.writesWait = hanging.promise;
  await expectReads(paths);
  faults.writesWait = undefined;
  const pinnedUntil = registry.clock.now() + contentLimits.pinMs;
  hanging.resolve();
  registry.clock.advance(contentLimits.pinRetryMs);
  await until(() => earliestPin() === pinnedUntil);
});

test("H4: pins in memory are written at the shutdown", async () => {
  const paths = await pushOldImage();
  layerDigest = paths[2]!.slice("blobs/".length);
  faults.writesFail = true;
  await expectReads(paths);
  faults.writesFail = false;
  registry = await registry.restart();
  expect(earliestPin()).toBeGreaterThan(contentLimits.pinMs);
});

test("H4: an image that was converted before is converted for old clients while nothing can be written", async () => {
  await pushModern(registry.url, name, "old");
  const converted = () => fetch(`${registry.url}/v2/${name}/manifest/old`).then(({ status }) => status);
  expect(await converted()).toBe(200);
  registry.clock.advance(contentLimits.pinMs);
  faults.writesFail = true;
  expect(await converted()).toBe(200);
  faults.writesFail = false;
});

test("H4: a blob without bytes is 404 even if that cannot be recorded", async () => {
  const large = blobOf("large", 100_000);
  await pushBlob(registry.url, name, large);
  rmSync(await fileOf(registry.data, large.digest));
  faults.writesFail = true;
  for (const method of ["HEAD", "GET"]) expect(await statusOf(`blobs/${large.digest}`, { method })).toBe(404);
});

test("H4: an inline blob with damaged bytes is 404 even if that cannot be recorded", async () => {
  const other = await startRegistry({ faults });
  try {
    const short = blobOf("short", 1_000);
    await pushBlob(other.url, name, short);
    using database = new Database(join(other.data, "metadata.sqlite"), { readwrite: true });
    database.run("UPDATE inline_blobs SET bytes = zeroblob(1000)");
    faults.writesFail = true;
    for (const method of ["HEAD", "GET"]) {
      expect((await fetch(`${other.url}/v2/${name}/blobs/${short.digest}`, { method })).status).toBe(404);
    }
  } finally {
    await other.dispose();
  }
});

describe("H4: on a full disk", () => {
  const mountable = canMountSmallDisk();
  const title = "old content can still be read";

  test.skipIf(!mountable)(mountable ? title : `${title} (skipped: only root can mount a small disk)`, async () => {
    const disk = mountSmallDisk(16 * 1024 * 1024)!;
    const data = join(disk.path, "data");
    const full = await startRegistry({ data });
    try {
      const { manifest, layer, config } = await pushImage(full.url, name, "latest");
      full.clock.advance(contentLimits.pinMs);
      const filler = join(disk.path, "filler");
      const { bavail, bsize } = statfsSync(disk.path);
      writeFileSync(filler, new Uint8Array(bavail * bsize));
      const references = [
        `manifests/latest`,
        `manifests/${manifest.digest}`,
        `blobs/${layer.digest}`,
        `blobs/${config.digest}`,
      ];
      for (const method of ["HEAD", "GET"]) {
        for (const path of references) {
          expect([path, (await fetch(`${full.url}/v2/${name}/${path}`, { method })).status]).toEqual([path, 200]);
        }
      }
      expect((await fetch(`${full.url}/readyz`)).status).toBe(503);
      rmSync(filler);
      await until(async () => (await fetch(`${full.url}/readyz`)).status === 200);
      await pushImage(full.url, name, "later");
    } finally {
      await full.dispose();
      disk.unmount();
    }
  });
});
