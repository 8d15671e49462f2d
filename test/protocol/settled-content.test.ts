/**
 * State that a push does not change: the media type for other tags, the order of a tag's history, other repositories.
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, json } from "../support/content.ts";
import { patienceMs } from "../support/patience.ts";
import { codesOf, pushBlob, pushImage, putManifest } from "../support/push.ts";
import { startRegistry, type TestRegistry } from "../support/registry.ts";

setDefaultTimeout(patienceMs);

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.dispose());

const get = (path: string) => fetch(`${registry.url}/v2/${path}`);

async function remove(path: string): Promise<void> {
  expect((await fetch(`${registry.url}/v2/${path}`, { method: "DELETE" })).status).toBe(202);
}

async function catalogue(): Promise<string[]> {
  return ((await (await get("_catalog?n=1000")).json()) as { repositories: string[] }).repositories;
}

describe("L25 the media type of a manifest", () => {
  const name = "team/types";
  const index = json({ schemaVersion: 2, manifests: [] });
  const other = "application/vnd.example+json";

  async function typeOf(reference: string): Promise<string | null> {
    return (await get(`${name}/manifests/${reference}`)).headers.get("content-type");
  }

  test("is the same for every tag; the same bytes with another type are refused", async () => {
    expect((await putManifest(registry.url, name, "latest", index, mediaTypes.ociIndex)).status).toBe(201);
    for (const reference of ["other", "latest", index.digest, `${index.digest}?tag=third`]) {
      const put = await putManifest(registry.url, name, reference, index, other);
      const { errors } = (await put.json()) as { errors: { code: string; message: string; detail: unknown }[] };
      expect([put.status, errors[0]?.code]).toEqual([400, "MANIFEST_INVALID"]);
      expect(errors[0]?.message).toContain("under another media type; push it under that one, or delete");
      expect(errors[0]?.detail).toEqual({ pushed: other, stored: mediaTypes.ociIndex });
    }
    for (const reference of ["latest", index.digest]) expect(await typeOf(reference)).toBe(mediaTypes.ociIndex);
    for (const reference of ["other", "third"]) expect((await get(`${name}/manifests/${reference}`)).status).toBe(404);
    expect((await putManifest(registry.url, name, "again", index, mediaTypes.ociIndex)).status).toBe(201);
  });

  test("may be another one after the manifest is deleted, and in another repository", async () => {
    expect((await putManifest(registry.url, "team/elsewhere", "latest", index, other)).status).toBe(201);
    await remove(`${name}/manifests/${index.digest}`);
    expect((await putManifest(registry.url, name, "latest", index, other)).status).toBe(201);
    expect(await typeOf("latest")).toBe(other);
  });
});

test("L27 if the clock is set back, the history of a tag still begins with its current manifest", async () => {
  const name = "team/clock";
  const pushed: string[] = [];
  for (const [label, step] of [
    ["one", 0],
    ["two", -3_600_000],
    ["three", 1_000],
    ["four", 7_200_000],
  ] as const) {
    registry.clock.advance(step);
    pushed.unshift((await pushImage(registry.url, name, "latest", label)).manifest.digest);
  }
  const path = `${name}/_oci/tag-history/latest`;
  const read = (query: string) => get(`${path}${query}`);
  const { manifests } = (await (await read("")).json()) as { manifests: { digest: string }[] };
  expect(manifests.map(({ digest }) => digest)).toEqual(pushed);
  const paged: string[] = [];
  for (let query: string | undefined = "?n=1"; query !== undefined && paged.length < 9;) {
    const page: Response = await read(query);
    const body = (await page.json()) as { manifests: { digest: string }[] };
    paged.push(...body.manifests.map(({ digest }) => digest));
    query = /<[^?]*(\?[^>]*)>/.exec(page.headers.get("link") ?? "")?.[1];
  }
  expect(paged).toEqual(pushed);
});

describe("a repository that was emptied", () => {
  test("is not in the catalogue without its last manifest; its tag list is empty, and the history remains", async () => {
    const name = "team/emptied";
    const { manifest, layer } = await pushImage(registry.url, name, "latest");
    await remove(`${name}/manifests/latest`);
    expect(await catalogue()).toContain(name);
    await remove(`${name}/manifests/${manifest.digest}`);
    expect(await catalogue()).not.toContain(name);
    const tags = await get(`${name}/tags/list`);
    expect([tags.status, await tags.json()]).toEqual([200, { name, tags: [] }]);
    const gone = await get(`${name}/manifests/latest`);
    expect([gone.status, await codesOf(gone)]).toEqual([404, ["MANIFEST_UNKNOWN"]]);
    expect((await get(`${name}/blobs/${layer.digest}`)).status).toBe(200);
    const history = (await (await get(`${name}/_oci/tag-history/latest`)).json()) as { manifests: unknown[] };
    expect(history.manifests).toHaveLength(2);

    expect((await putManifest(registry.url, name, "latest", manifest)).status).toBe(201);
    expect(await catalogue()).toContain(name);
  });

  test("is not in the catalogue without its last blob if it has no manifest", async () => {
    const name = "team/blobs-only";
    const blob = blobOf("the only one");
    await pushBlob(registry.url, name, blob);
    expect(await catalogue()).toContain(name);
    await remove(`${name}/blobs/${blob.digest}`);
    expect(await catalogue()).not.toContain(name);
    await pushBlob(registry.url, name, blob);
    expect(await catalogue()).toContain(name);
  });
});
