import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withDirectory } from "../../test/support/process.ts";
import { Layout, mediaTypes, sha256Of } from "./layout.ts";

test("a layout has each blob under its digest, and one tagged document", () =>
  withDirectory(async (folder) => {
    const layout = new Layout(folder);
    const layer = layout.addBlob(mediaTypes.layer, "layer");
    const index = layout.addJson(mediaTypes.index, { layer });
    layout.tag("1.0", index);
    expect(layer).toEqual({ mediaType: mediaTypes.layer, digest: `sha256:${sha256Of("layer")}`, size: 5 });
    const read = (path: string) => readFileSync(join(folder, path), "utf8");
    expect(read(join("blobs", "sha256", sha256Of("layer")))).toBe("layer");
    expect(JSON.parse(read(join("blobs", ...index.digest.split(":"))))).toEqual({ layer });
    expect(JSON.parse(read("oci-layout"))).toEqual({ imageLayoutVersion: "1.0.0" });
    const annotations = { "org.opencontainers.image.ref.name": "1.0" };
    expect(JSON.parse(read("index.json"))).toEqual({ schemaVersion: 2, manifests: [{ ...index, annotations }] });
  }));
