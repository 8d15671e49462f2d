/** Bodies: valid manifests, manifests that are damaged as trees or as texts, and bytes that are no manifest. */
import { mediaTypes } from "../../src/oci/media-type.ts";
import type { Random } from "../crash/random.ts";
import { descriptorOf } from "../../test/support/content.ts";
import { canary } from "./canary.ts";
import { fragment, spoil } from "./texts.ts";
import { blobs, digests, manifests } from "./world.ts";

const encoder = new TextEncoder();

export function bodyOf(random: Random): Uint8Array {
  switch (random.between(0, 9)) {
    case 0:
      return encoder.encode(random.pick(["", "12345", canary, "{}", "[]", "null", "{", '"', `{"a":"${canary}"`]));
    case 1:
      return random.pick(blobs)!.bytes;
    case 2:
      return random.pick(manifests)!.bytes;
    case 3:
      return encoder.encode(hostileText(random));
    default:
      return manifestBytes(random);
  }
}

export function manifestBytes(random: Random): Uint8Array {
  let document: unknown = manifestOf(random);
  if (random.chance(0.6)) return encoder.encode(JSON.stringify(document));
  for (let left = random.between(1, 3); left > 0; left -= 1) document = spoilTree(random, document);
  const text = spoilText(random, JSON.stringify(document) ?? "");
  const bytes = encoder.encode(text);
  if (random.chance(0.05) && bytes.length > 0) bytes[random.between(0, bytes.length - 1)] = random.between(0, 255);
  return bytes;
}

function descriptor(random: Random): Record<string, unknown> {
  const known = random.chance(0.9);
  return {
    ...descriptorOf(random.pick(blobs)!, "application/vnd.oci.image.layer.v1.tar+gzip"),
    ...(!known && { digest: `sha256:${"0".repeat(63)}${random.between(0, 9)}` }),
    ...(random.chance(0.05) && { urls: ["https://evil.example/layer"] }),
    ...(random.chance(0.1) && { annotations: { secret: canary } }),
  };
}

function manifestOf(random: Random): Record<string, unknown> {
  const common = {
    schemaVersion: 2,
    ...(random.chance(0.2) && { annotations: { "org.example.secret": canary, n: String(random.between(0, 99)) } }),
    ...(random.chance(0.2) && { subject: { ...descriptor(random), digest: random.pick(digests)! } }),
    ...(random.chance(0.2) && { artifactType: random.pick(["application/vnd.example.sbom.v1+json", "a/b", canary])! }),
  };
  if (random.chance(0.3)) {
    const children = Array.from({ length: random.between(0, 3) }, () => {
      const { bytes, digest, mediaType } = random.pick(manifests)!;
      return { mediaType, digest, size: bytes.length, platform: { os: "linux", architecture: "amd64" } };
    });
    return { ...common, mediaType: mediaTypes.ociIndex, manifests: children };
  }
  const layers = Array.from({ length: random.between(0, 4) }, () => descriptor(random));
  const mediaType = random.pick([mediaTypes.ociManifest, mediaTypes.ociManifest, mediaTypes.dockerManifest])!;
  return { ...common, mediaType, config: descriptor(random), layers };
}

/** Values of every wrong type. */
const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  "",
  canary,
  "\ud800",
  "\u0000",
  [],
  {},
  [[]],
  { toString: canary },
];
const keys = [
  "mediaType",
  "digest",
  "size",
  "config",
  "layers",
  "manifests",
  "fsLayers",
  "subject",
  "urls",
  "annotations",
  "data",
];

/** Changes one value somewhere in the tree. */
function spoilTree(random: Random, node: unknown): unknown {
  if (typeof node !== "object" || node === null || random.chance(0.15)) return random.pick(strange);
  if (Array.isArray(node)) {
    if (node.length === 0 || random.chance(0.3)) return [...node, random.pick(strange)];
    const at = random.between(0, node.length - 1);
    return node.map((item, index) => (index === at ? spoilTree(random, item) : item));
  }
  const entries = Object.entries(node);
  if (entries.length === 0 || random.chance(0.25)) return { ...node, [random.pick(keys)!]: random.pick(strange) };
  const at = random.between(0, entries.length - 1);
  if (random.chance(0.25)) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([key, value], index) => [key, index === at ? spoilTree(random, value) : value]),
  );
}

/** Damages a text in ways that a tree cannot express. */
function spoilText(random: Random, text: string): string {
  const first = text.slice(1);
  switch (random.between(0, 11)) {
    case 0:
      return `{"${random.pick(keys)!}":1,${first}`;
    case 1:
      return `{"${canary}":1,"${canary}":2,${first}`;
    case 2:
      return `{"__proto__":{"config":1},"constructor":{"prototype":{}},${first}`;
    case 3:
      return `{"\\u006c\\u0061yers":[],${first}`;
    case 4:
      return `\ufeff${text}`;
    case 5:
      return `{"n":${random.pick(["1e999", "-0", "1".repeat(400), "0x1", "01", ".5", "NaN"])!},${first}`;
    case 6:
      return `{"s":"\\ud800",${first}`;
    case 7:
      return `{"d":${nested(random)},${first}`;
    case 8:
      return text.slice(0, random.between(0, text.length));
    case 9:
      return spoil(random, text);
    default:
      return text;
  }
}

function nested(random: Random): string {
  const depth = random.pick([10, 98, 99, 100, 1_000, 5_000])!;
  return random.chance(0.5) ? "[".repeat(depth) + "]".repeat(depth) : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

function hostileText(random: Random): string {
  const depth = random.pick([101, 1_000, 20_000])!;
  return random.pick([
    "[".repeat(depth),
    '{"a":'.repeat(depth),
    `{"config":${canary}}`,
    `{"schemaVersion":2,"mediaType":"${canary}/x","config":{},"layers":[]}`,
    `"${fragment(random)}`,
    "\\",
    "grant_type=password&username=u&password=" + canary,
  ])!;
}
