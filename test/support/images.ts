/** Current images as texts of their documents, for the tests of their conversion for old clients. */
import { digestOf } from "../../src/oci/digest.ts";
import type { Tag } from "../../src/oci/reference.ts";
import type { RepositoryName } from "../../src/oci/repository-name.ts";
import type { ModernImage } from "../../src/docker/schema1/to-schema1.ts";

const types = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

/** The digest of the layer with this seed. */
export const layerDigest = (seed: string) => digestOf(Buffer.from(seed));

/** An image with layers of these digests; `config` is text, so that a test can spell it. */
export function modernImageOf(
  config: string,
  layers: readonly string[],
  manifest: Readonly<Record<string, unknown>> = {},
): ModernImage {
  const bytes = new TextEncoder().encode(config);
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: digestOf(bytes), size: bytes.length },
    layers: layers.map((digest) => ({ mediaType: types.layer, digest, size: 1 })),
    ...manifest,
  };
  return {
    manifest: new TextEncoder().encode(JSON.stringify(document)),
    config: bytes,
    name: "library/hello" as RepositoryName,
    tag: "v1" as Tag,
  };
}

const rootfs = (...seeds: string[]) => JSON.stringify({ type: "layers", diff_ids: seeds.map(layerDigest) });

/** Images for which the tests know the conversion that Docker's registry makes. */
export const convertible = {
  single: modernImageOf(
    `{"architecture":"amd64","os":"linux","history":[{"created":"2020-01-02T03:04:05.600Z"}],"rootfs":${rootfs("one")}}`,
    [layerDigest("one")],
  ),
  steps: modernImageOf(
    `{"architecture":"arm64","os":"linux","config":{"Cmd":["/bin/sh"],"Env":null},"history":[
      {"created":"2020-01-02T03:04:05.600Z","created_by":"/bin/sh -c #(nop) ADD file:1 in / "},
      {"created":"2020-01-02T03:04:06+02:00","created_by":"RUN a && b > \\"c\\"","empty_layer":true,"author":"Sômé <g&y>"},
      {"created_by":"RUN second","comment":"buildkit.dockerfile.v0"},
      {"created":"2020-01-02T03:04:07.123456789Z","created_by":"CMD","empty_layer":true}
    ],"rootfs":${rootfs("one", "two")}}`,
    [layerDigest("one"), layerDigest("two")],
  ),
  // Spellings that parsing would change: numbers, escapes, the order of keys, white space.
  spellings: modernImageOf(
    `{ "z" : 1.0 , "config" : { "Memory" : 9223372036854775807 , "Labels" : { "10" : "a" , "2" : "b\\u00e9\\/<&>\u2028" } } ,
      "architecture" : "amd64" , "id" : "old" , "parent" : "old" , "throwaway" : false , "empty" : [ ] , "é<" : null , "a" : -0,
      "history" : [ { "empty_layer" : true , "created" : "2024-02-29T23:59:59.120000000-00:00" } ] , "rootfs" : ${rootfs()} }`,
    [],
  ),
  baseLayer: modernImageOf(
    `{"history":[{"created_by":"one"},{"created_by":"two"}],
      "rootfs":{"type":"layers+base","base_layer":"windowsservercore","diff_ids":["a","b"]}}`,
    [layerDigest("one"), layerDigest("two")],
  ),
} as const;
