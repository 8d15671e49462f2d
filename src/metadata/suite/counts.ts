import { expect, test } from "bun:test";
import { counted, measured, type MetadataStore } from "../store.ts";
import { deletion, image, now, pushBlob, pushManifest, repository, session, tag } from "./content.ts";

/** Tests of counting. */
export function countContract(store: () => MetadataStore): void {
  const counts = async () =>
    Object.fromEntries(await Promise.all(counted.map(async (what) => [what, await store().count(what)] as const)));

  test("counts the stored rows, and a shared blob once", async () => {
    expect(await counts()).toEqual({ repositories: 0, manifests: 0, tags: 0, blobs: 0, uploads: 0 });
    const [here, there] = [repository("team/app"), repository("team/base")];
    const config = await pushBlob(store(), here, "{}");
    await store().mountBlob(here, there, config.digest, now, now);
    const picture = image([config]);
    for (const name of [here, there]) await pushManifest(store(), name, picture, [tag("one"), tag("two")]);
    expect(await counts()).toEqual({ repositories: 2, manifests: 2, tags: 4, blobs: 1, uploads: 0 });
    await store().deleteManifest(deletion(there, picture.digest));
    expect(await counts()).toEqual({ repositories: 1, manifests: 1, tags: 2, blobs: 1, uploads: 0 });
  });
  test("sums the bytes of the stored content, and a shared blob once", async () => {
    const sums = async () =>
      Object.fromEntries(
        await Promise.all(measured.map(async (what) => [what, await store().measure(what, 0)] as const)),
      );
    expect(await sums()).toEqual({ manifests: { bytes: 0 }, blobs: { bytes: 0 } });
    const [here, there] = [repository("team/app"), repository("team/base")];
    const config = await pushBlob(store(), here, "{}");
    await store().mountBlob(here, there, config.digest, now, now);
    const picture = image([config]);
    for (const name of [here, there]) await pushManifest(store(), name, picture);
    expect(await sums()).toEqual({ manifests: { bytes: 2 * picture.bytes.length }, blobs: { bytes: 2 } });
  });

  test("an upload session with bytes counts until it ends", async () => {
    const started = session(repository("team/app"));
    await store().startUpload(started);
    await store().advanceUpload(started.id, 0, 1, started.expiresAt);
    expect(await store().count("uploads")).toBe(1);
    await store().endUpload(started.id);
    expect(await store().count("uploads")).toBe(0);
  });
}
