import { expect, test } from "bun:test";
import { counted, type MetadataStore } from "../store.ts";
import { deletion, image, now, pushBlob, pushManifest, repository, tag } from "./content.ts";

/** Tests of counting. */
export function countContract(store: () => MetadataStore): void {
  const counts = async () =>
    Object.fromEntries(await Promise.all(counted.map(async (what) => [what, await store().count(what)] as const)));

  test("counts the stored rows, and a shared blob once", async () => {
    expect(await counts()).toEqual({ repositories: 0, manifests: 0, tags: 0, blobs: 0 });
    const [here, there] = [repository("team/app"), repository("team/base")];
    const config = await pushBlob(store(), here, "{}");
    await store().mountBlob(here, there, config.digest, now, now);
    const picture = image([config]);
    for (const name of [here, there]) await pushManifest(store(), name, picture, [tag("one"), tag("two")]);
    expect(await counts()).toEqual({ repositories: 2, manifests: 2, tags: 4, blobs: 1 });
    await store().deleteManifest(deletion(there, picture.digest));
    expect(await counts()).toEqual({ repositories: 1, manifests: 1, tags: 2, blobs: 1 });
  });
}
