/** A write that one worker has acknowledged is visible at every worker. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { imageOf, json } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { pushBlob, pushImage, putManifest } from "../support/push.ts";
import { withWorkers } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

const name = "team/moving";
const movers = 20;
const movesEach = 15;

function manifestAt(url: string, reference: string): Promise<Response> {
  return fetch(`${url}/v2/${name}/manifests/${reference}`);
}

test("a tag that is moved through one worker is moved at all of them, with twenty concurrent clients", () =>
  withWorkers(3, async ({ workers }) => {
    const urls = workers.map(({ url }) => url);
    const { config, layer } = await pushImage(urls[0]!, name, "base");
    let moved = 0;
    const move = async (mover: number) => {
      for (let step = 0; step < movesEach; step += 1) {
        const at = urls[(mover + step) % urls.length]!;
        const manifest = imageOf(config, [layer], { annotations: { mover: `${mover}`, step: `${step}` } });
        const put = await putManifest(at, name, `tag-${mover}`, manifest);
        expect(put.status, await put.text()).toBe(201);
        for (const url of urls) {
          const reply = await manifestAt(url, `tag-${mover}`);
          expect(reply.headers.get("docker-content-digest")).toBe(manifest.digest);
          expect(await reply.text()).toBe(new TextDecoder().decode(manifest.bytes));
        }
        moved += 1;
      }
    };
    await Promise.all(Array.from({ length: movers }, (_, mover) => move(mover)));
    expect(moved).toBe(movers * movesEach);
  }));

test("a tag that moves often never goes back for a client that has seen the move", () =>
  withWorkers(2, async ({ workers }) => {
    const urls = workers.map(({ url }) => url);
    const empty = json({});
    await pushBlob(urls[0]!, name, empty);
    const versions = Array.from({ length: 60 }, (_, version) =>
      imageOf(empty, [], { annotations: { v: `${version}` } }),
    );
    const rank = new Map(versions.map(({ digest }, index) => [digest as string, index]));
    const moves = { done: false };
    const reader = async (number: number) => {
      let last = -1;
      for (let looks = 0; !moves.done || looks === 0; looks += 1) {
        const reply = await manifestAt(urls[(number + looks) % urls.length]!, "one");
        await reply.arrayBuffer();
        if (reply.status === 404) expect(last).toBe(-1);
        else {
          const seen = rank.get(reply.headers.get("docker-content-digest")!)!;
          expect(seen).toBeGreaterThanOrEqual(last);
          last = seen;
        }
      }
      return last;
    };
    const reading = Array.from({ length: 8 }, (_, number) => reader(number));
    for (const [index, version] of versions.entries()) {
      expect((await putManifest(urls[index % urls.length]!, name, "one", version)).status).toBe(201);
    }
    moves.done = true;
    for (const last of await Promise.all(reading)) expect(last).toBeGreaterThanOrEqual(0);
  }));

test("a deletion or a mount through one worker is visible at the others", () =>
  withWorkers(2, async ({ workers }) => {
    const [here, there] = workers.map(({ url }) => url) as [string, string];
    for (let round = 0; round < 10; round += 1) {
      const { manifest, layer } = await pushImage(here, name, "latest", `round ${round}`);
      const mount = `${there}/v2/team/mounted/blobs/uploads/?mount=${layer.digest}&from=${name}`;
      expect((await fetch(mount, { method: "POST" })).status).toBe(201);
      expect((await fetch(`${here}/v2/team/mounted/blobs/${layer.digest}`)).status).toBe(200);
      // Repeated reads fill the cache of the worker.
      for (const reference of ["latest", manifest.digest, "latest", manifest.digest])
        expect((await manifestAt(here, reference)).status).toBe(200);
      expect((await fetch(`${there}/v2/${name}/manifests/${manifest.digest}`, { method: "DELETE" })).status).toBe(202);
      for (const reference of ["latest", manifest.digest]) expect((await manifestAt(here, reference)).status).toBe(404);
      await expectTags(here, []);
    }
  }));

async function expectTags(url: string, tags: readonly string[]): Promise<void> {
  const list = (await (await fetch(`${url}/v2/${name}/tags/list`)).json()) as { tags: string[] };
  expect(list.tags).toEqual([...tags]);
}
