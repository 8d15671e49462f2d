/** Pushes current images with all parts of a configuration. */
import { expect } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, json, type Content } from "./content.ts";
import { pushBlob, putManifest } from "./push.ts";

interface Options {
  /** The steps of the history; true for steps with a layer. */
  readonly steps?: readonly boolean[];
  readonly form?: "oci" | "docker";
  readonly layerType?: string;
  /** Members of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

const forms = {
  oci: [
    mediaTypes.ociManifest,
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.oci.image.layer.v1.tar+gzip",
  ],
  docker: [
    mediaTypes.dockerManifest,
    "application/vnd.docker.container.image.v1+json",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
  ],
} as const;

/** An image in a registry, with its parts. */
export interface PushedImage {
  readonly manifest: Content;
  readonly config: Content;
  /** The layers, the base first. */
  readonly layers: readonly Content[];
}

/** Pushes an image and its blobs under a tag. */
export async function pushModern(url: string, name: string, tag: string, options: Options = {}): Promise<PushedImage> {
  const { steps = [true, false, true], form = "oci", config: more = {} } = options;
  const [mediaType, configType, usualLayerType] = forms[form];
  const layers = steps.filter(Boolean).map((_, index) => blobOf(`${name}:${tag} layer ${index}`, 512));
  const history = steps.map((filled, index) => ({
    created_by: `step ${index}`,
    empty_layer: filled ? undefined : true,
  }));
  const rootfs = { type: "layers", diff_ids: layers.map(({ digest }) => digest) };
  const config = json({ architecture: "amd64", os: "linux", history, rootfs, ...more });
  for (const blob of [config, ...layers]) await pushBlob(url, name, blob);
  const manifest = json({
    schemaVersion: 2,
    mediaType,
    config: descriptorOf(config, configType),
    layers: layers.map((layer) => descriptorOf(layer, options.layerType ?? usualLayerType)),
  });
  const put = await putManifest(url, name, tag, manifest, mediaType);
  expect(put.status, await put.text()).toBe(201);
  return { manifest, config, layers };
}
