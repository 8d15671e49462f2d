import { createHash } from "node:crypto";
import { ociLimits } from "../../oci/limits.ts";
import { encodedOf, type Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/reference.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { ConversionError } from "./conversion-error.ts";
import { emptyLayer } from "./empty-layer.ts";
import { byBytes, compact, goStruct, marshal, marshalIndent } from "./go-json.ts";
import { readConfig, readLayers, type HistoryEntry, type ImageConfig } from "./image.ts";
import { textsOfMembers } from "./json-members.ts";

/** An image with its name and tag. */
export interface ModernImage {
  /** Bytes of an OCI or Docker schema 2 image manifest. */
  readonly manifest: Uint8Array;
  /** Bytes of the configuration that the manifest names. */
  readonly config: Uint8Array;
  readonly name: RepositoryName;
  readonly tag: Tag;
}

/** A schema 1 manifest before it is signed. */
export interface Schema1Payload {
  /** The bytes to sign. The manifest's digest is theirs. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** True if `emptyLayer` is among the layers, so that clients will request it. */
  readonly hasEmptyLayers: boolean;
}

/** A step of the history with its blob, and its ids in the v1 image store. */
interface Step {
  readonly entry: HistoryEntry;
  readonly blobSum: Digest;
  readonly id: string;
  readonly parent: string;
}

/**
 * Converts an image to a schema 1 payload, byte for byte as Docker's registry does for clients that know no newer form
 * (distribution v2.8.3, config_builder.go, built with a current Go). Throws a ConversionError if the manifest or the
 * configuration is not an image's, if layers have types that such clients cannot read or are outside the registry, if
 * the numbers of layers, `diff_ids` and history steps with a layer differ (the original writes a result if steps are
 * missing), and if the result would be larger than `ociLimits.manifestBytes`.
 */
export function toSchema1({ manifest, config: configBytes, name, tag }: ModernImage): Schema1Payload {
  const layers = readLayers(manifest);
  const config = readConfig(configBytes);
  const steps = stepsOf(
    config,
    blobSumsOf(
      config,
      layers.map(({ digest }) => digest),
    ),
    configBytes,
  );
  const top = steps.at(-1)!;
  const texts = [...steps.slice(0, -1).map(v1CompatibilityOf), topV1CompatibilityOf(top, configBytes)].toReversed();
  const document = goStruct([
    ["schemaVersion", 1],
    ["name", name],
    ["tag", tag],
    ["architecture", config.architecture],
    ["fsLayers", steps.toReversed().map(({ blobSum }) => goStruct([["blobSum", blobSum]]))],
    ["history", texts.map((v1Compatibility) => goStruct([["v1Compatibility", v1Compatibility]]))],
  ]);
  const payload = new TextEncoder().encode(marshalIndent(document, "", "   "));
  if (payload.length > ociLimits.manifestBytes) {
    throw new ConversionError("schema1", "", `would be larger than ${ociLimits.manifestBytes} bytes`);
  }
  return { payload, hasEmptyLayers: steps.some(({ entry }) => entry.emptyLayer) };
}

/** The blob of each step, base first. */
function blobSumsOf({ history, diffIds }: ImageConfig, layers: readonly Digest[]): Digest[] {
  const filled = history.filter(({ emptyLayer: empty }) => !empty).length;
  if (diffIds.length !== layers.length || filled !== layers.length) {
    const counts = `${diffIds.length} diff_ids and a history of ${filled} layers`;
    throw new ConversionError("config", "", `has ${counts}, the manifest has ${layers.length}`);
  }
  const remaining = layers.values();
  return history.map(({ emptyLayer: empty }) => (empty ? emptyLayer.digest : remaining.next().value!));
}

/**
 * The steps with their ids. Each id is a hash of the step's blob and its parent's id. The top one also covers the
 * configuration.
 */
function stepsOf({ history, baseLayer }: ImageConfig, blobSums: readonly Digest[], config: Uint8Array): Step[] {
  const steps: Step[] = [];
  let parent = "";
  for (const [index, entry] of history.entries()) {
    const blobSum = blobSums[index]!;
    const hash = createHash("sha256").update(`${encodedOf(blobSum)} ${parent}`);
    const isTop = index === history.length - 1;
    if (isTop) hash.update(" ").update(config);
    const id = hash.digest("hex");
    if (index === 0 && !isTop && baseLayer !== undefined) parent = baseLayerIdOf(baseLayer);
    steps.push({ entry, blobSum, id, parent });
    parent = id;
  }
  return steps;
}

function baseLayerIdOf(baseLayer: string): string {
  return createHash("sha384").update(baseLayer.toWellFormed()).digest("hex").slice(0, 64);
}

function v1CompatibilityOf({ entry, id, parent }: Step): string {
  return marshal(
    goStruct([
      ["id", id],
      ["parent", parent || undefined],
      ["comment", entry.comment || undefined],
      ["created", entry.created],
      ["container_config", { Cmd: [entry.createdBy] }],
      ["author", entry.author || undefined],
      ["throwaway", entry.emptyLayer || undefined],
    ]),
  );
}

/** The configuration without the members that schema 1 has elsewhere. Every other member is unchanged. */
function topV1CompatibilityOf({ entry, id, parent }: Step, config: Uint8Array): string {
  const members = textsOfMembers(new TextDecoder().decode(config));
  members.delete("rootfs");
  members.delete("history");
  members.set("id", marshal(id));
  if (parent) members.set("parent", marshal(parent));
  if (entry.emptyLayer) members.set("throwaway", "true");
  const sorted = [...members].toSorted(([one], [other]) => byBytes(one, other));
  return `{${sorted.map(([key, text]) => `${marshal(key)}:${compact(text)}`).join(",")}}`;
}
