import { expect, test } from "bun:test";
import {
  deletion,
  image,
  now,
  pinnedUntil,
  pushBlob,
  pushManifest,
  repository,
  tag,
  type CurrentStore,
} from "./content.ts";

const here = repository("team/app");
const there = repository("team/base");
const latest = tag("latest");

/** Tests of the freshness contract (`Freshness`). */
export function freshnessContract(store: CurrentStore): void {
  /** Whether the version differs once the write has resolved. */
  const changes = async (write: () => Promise<unknown>): Promise<boolean> => {
    const before = store().version();
    await write();
    return store().version() !== before;
  };

  test("the version changes with each write of content before the write resolves, and with no read", async () => {
    const config = await pushBlob(store(), here, "{}");
    const content = image([config]);
    const writes: Readonly<Record<string, () => Promise<unknown>>> = {
      "push of a blob": () => pushBlob(store(), here, "layer"),
      mount: () => store().mountBlob(here, there, config.digest, now, pinnedUntil),
      "pin of a blob": () => store().pinBlob(here, config.digest, pinnedUntil + 1),
      "push of a manifest": () => pushManifest(store(), here, content, [latest]),
      "new tag": () => pushManifest(store(), here, content, [tag("other")]),
      "pin of a manifest": () => store().pinManifest(here, content.digest, pinnedUntil + 1),
      "removal of a tag": () => store().deleteTag(here, latest, now),
      "removal of a manifest": () => store().deleteManifest(deletion(here, content.digest)),
      "removal of a blob": () => store().deleteBlob(deletion(here, config.digest)),
    };
    for (const [name, write] of Object.entries(writes)) expect([name, await changes(write)]).toEqual([name, true]);
    const read = async () => {
      await store().manifestByTag(here, latest);
      await store().tags(here, { limit: 10 });
      await store().blob(there, config.digest);
    };
    expect(await changes(read)).toBe(false);
  });
}
