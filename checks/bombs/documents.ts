/** Many manifests of up to 4 MiB at once, each with a different kind of excess. */
import { ociLimits } from "../../src/oci/limits.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { descriptorOf, imageOf, json, type Content } from "../../test/support/content.ts";
import type { Bomb } from "./bomb.ts";
import { annotations, config, imageOfSize, largeManifest, names, references } from "./ground.ts";
import { get, put, volley } from "./volley.ts";

const atOnce = 64;

/** A document with as many copies of `part` as fit in 4 MiB. */
function filled(before: string, part: string, after: string): Uint8Array {
  const times = Math.floor((ociLimits.manifestBytes - before.length - after.length) / part.length);
  return Buffer.from(before + part.repeat(times) + after);
}

function refused(name: string, body: Uint8Array): Bomb {
  return {
    name,
    expected: ["400", "429"],
    drop: (port) => volley(port, [put(`/v2/${names.references}/manifests/bomb`, body, mediaTypes.ociManifest)], atOnce),
  };
}

function stored(name: string, repository: string, labelled: (label: string) => Content): Bomb {
  return {
    name,
    expected: ["201", "429"],
    drop: (port) => {
      // Made once, because it takes a minute to make each document separately.
      const first = Buffer.from(labelled("bomb 00").bytes).toString();
      const pushes = Array.from({ length: atOnce }, (_, number) => {
        const bytes = Buffer.from(first.replace("bomb 00", `bomb ${String(number).padStart(2, "0")}`));
        return put(`/v2/${repository}/manifests/bomb-${number}`, bytes, mediaTypes.ociManifest);
      });
      return volley(port, pushes);
    },
  };
}

const start = '{"schemaVersion":2,';
const keys = Array.from({ length: 300_000 }, (_, number) => `"k${number}":1`).join(",");

/** The descriptor of content that does not exist. */
const absent = (number: number) => ({
  mediaType: mediaTypes.octets,
  digest: `sha256:${number.toString(16).padStart(64, "0")}`,
  size: 1,
});
const absentLayers = (count: number) => Array.from({ length: count }, (_, number) => absent(number));
const padding = { annotations: { filler: "x".repeat(200) } };

function imageWith(layers: readonly object[], label?: string): Content {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptorOf(config), layers };
  return json({ ...document, ...(label && { annotations: { label } }) });
}

export const documentBombs: readonly Bomb[] = [
  refused("64 times 4 MiB of [[[[", filled("", "[", "")),
  refused('64 times 4 MiB of {"a":{"a":', filled("", '{"a":', "")),
  refused("64 times 4 MiB of numbers", filled(`${start}"x":[`, "1,", "1]}")),
  refused("64 times 4 MiB of empty strings", filled(`${start}"x":[`, '"",', "1]}")),
  refused("64 times 4 MiB of empty objects", filled(`${start}"x":[`, "{},", "1]}")),
  refused("64 times 4 MiB of escaped characters", filled(`${start}"x":"`, String.raw`\u0041`, '"}')),
  refused("64 times 4 MiB of quotes", filled("", '"', "")),
  refused("64 times 4 MiB of shallow nesting", filled(`${start}"x":[`, `${"[".repeat(90)}${"]".repeat(90)},`, "1]}")),
  refused("64 times 300,000 keys, the last of them twice", Buffer.from(`{${keys},"k299999":2}`)),
  refused("64 times 1,300,000 objects for layers", filled(`${start}"config":{},"layers":[`, "{},", "{}]}")),
  refused("64 times 20,000 descriptors", imageWith(absentLayers(20_000)).bytes),
  refused("64 times 10,000 references to nothing", imageWith(absentLayers(9_999)).bytes),
  stored("64 images with a string of 4 MiB", names.manifests, (label) => imageOfSize(ociLimits.manifestBytes, label)),
  stored("64 images with 200,000 annotations", names.manifests, (label) =>
    imageOf(config, [], { annotations: { label, ...annotations(200_000, "v") } }),
  ),
  stored("64 images with 10,000 layers that lie elsewhere", names.manifests, (label) =>
    imageWith(
      absentLayers(9_999).map((layer) => Object.assign(layer, { urls: ["https://example.org/"] }, padding)),
      label,
    ),
  ),
  stored("64 images with 10,000 layers", names.references, (label) =>
    imageWith(
      references.map((reference) => Object.assign(descriptorOf(reference), padding)),
      label,
    ),
  ),
  {
    name: "a manifest of 4 MiB, read by 50 at once",
    expected: ["200"],
    drop: (port) => volley(port, [get(`/v2/${names.manifests}/manifests/${largeManifest.digest}`)], 50),
  },
];
