import type { Descriptor, Layout } from "./layout.ts";
import { tarOf } from "./tar.ts";

/**
 * Writes one image of a layout as an archive that `docker load` and `podman load` read. They give the image these names,
 * such as `lading:0.1.0`. `time` is that of the files, in seconds. The format is the one of `docker save`, with the
 * paths of an OCI layout (Docker Image Specification 1.2, "Combined Image JSON + Filesystem Changeset Format").
 */
export function archiveOf(layout: Layout, image: Descriptor, names: readonly string[], time: number) {
  const { config, layers } = JSON.parse(layout.bytesOf(image).toString()) as ImageManifest;
  const entry = [{ Config: pathOf(config), RepoTags: names, Layers: layers.map(pathOf) }];
  const blobs = [config, ...layers].map((blob) => ({ path: pathOf(blob), bytes: layout.bytesOf(blob) }));
  return tarOf([{ path: "manifest.json", bytes: Buffer.from(JSON.stringify(entry)) }, ...blobs], time);
}

interface ImageManifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

function pathOf({ digest }: Descriptor): string {
  return `blobs/${digest.replace(":", "/")}`;
}
