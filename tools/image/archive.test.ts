import { expect, test } from "bun:test";
import { join } from "node:path";
import { withDirectory } from "../../test/support/process.ts";
import { archiveOf } from "./archive.ts";
import { Layout, mediaTypes } from "./layout.ts";

test("an archive has the configuration and the layers of an image, and its names", () =>
  withDirectory(async (folder) => {
    const layout = new Layout(join(folder, "layout"));
    const config = layout.addJson(mediaTypes.config, { os: "linux" });
    const layers = ["first", "second"].map((text) => layout.addBlob(mediaTypes.layer, text));
    const image = layout.addJson(mediaTypes.manifest, { schemaVersion: 2, config, layers });
    const files = await new Bun.Archive(archiveOf(layout, image, ["lading:1.0"], 0)).files();
    const text = (path: string) => files.get(path)!.text();
    const [entry, ...others] = JSON.parse(await text("manifest.json"));
    expect([others, entry.RepoTags]).toEqual([[], ["lading:1.0"]]);
    expect(await text(entry.Config)).toBe('{"os":"linux"}');
    expect(await Promise.all(entry.Layers.map(text))).toEqual(["first", "second"]);
    expect(files.size).toBe(4);
  }));
