import { dockerLimits } from "../../src/docker/limits.ts";
import { ociLimits } from "../../src/oci/limits.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { generateSigningKey } from "../../src/docker/schema1/key.ts";
import { compose, draftOf } from "../fuzz/message.ts";
import { Wire } from "../fuzz/wire.ts";
import { blobOf, descriptorOf, json, type Content } from "../../test/support/content.ts";
import { inflatingLayer } from "../../test/support/layers.ts";
import { prettyjws, signed, signedManifestOf } from "../../test/support/schema1-push.ts";
import { get, put } from "../bombs/volley.ts";
import type { Attack } from "./attack.ts";

const repository = "dear/requests";
const config = json({ dear: true });

const pushers = 16;

/** Pushes blobs over several connections; throws if one is refused. */
export async function pushBlobs(port: number, name: string, blobs: readonly Content[]): Promise<void> {
  const queue = blobs.values();
  await Promise.all(
    Array.from({ length: Math.min(pushers, blobs.length) }, async () => {
      const wire = await Wire.open(port);
      for (const { bytes, digest } of queue) {
        wire.send(compose(draftOf("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, bytes)).bytes);
        requireStatus(await wire.next("POST", 60_000), 201);
      }
      wire.cut();
    }),
  );
}

/** Sends one request and expects this status. */
export async function send(port: number, method: string, request: Uint8Array, status: number): Promise<void> {
  const wire = await Wire.open(port);
  wire.send(request);
  requireStatus(await wire.next(method, 60_000), status);
  wire.cut();
}

function requireStatus(reply: Awaited<ReturnType<Wire["next"]>>, status: number): void {
  if (typeof reply === "object" && reply.status === status) return;
  throw new Error(`preparing: ${typeof reply === "string" ? reply : `${reply.status} ${reply.body.toString()}`}`);
}

const references = ociLimits.manifestReferences - 10;
const filler = { filler: "x".repeat(20) };

function imageOfMany(layers: readonly object[]): Content {
  const mediaType = mediaTypes.ociManifest;
  return json({ schemaVersion: 2, mediaType, config: descriptorOf(config), layers });
}

/** Digests of content that does not exist. */
const absent = Array.from({ length: references }, (_, nth) => ({
  mediaType: mediaTypes.octets,
  digest: `sha256:${nth.toString(16).padStart(64, "0")}`,
  size: 1,
  annotations: filler,
}));
const present = Array.from({ length: references }, (_, nth) => blobOf(`present ${nth}`, 24));

const manyAbsent: Attack = {
  name: `M10: manifests with ${references} layers that are not here`,
  connections: 2,
  expected: [400, 429],
  prepare: (port) => pushBlobs(port, repository, [config]),
  requests: () => [put(`/v2/${repository}/manifests/absent`, imageOfMany(absent).bytes, mediaTypes.ociManifest).bytes],
};

const manyPresent: Attack = {
  name: `M10: a manifest with ${references} layers that are here, again and again`,
  connections: 2,
  expected: [201, 429],
  prepare: (port) => pushBlobs(port, repository, [config, ...present]),
  requests: () => {
    const { bytes } = imageOfMany(present.map((layer) => descriptorOf(layer)));
    return [put(`/v2/${repository}/manifests/present`, bytes, mediaTypes.ociManifest).bytes];
  },
};

/** The number of members with which a signed document is close to the maximum size. */
const signedMembers = 90_000;

const signatures: Attack = {
  name: "M11: one large payload, signed by two sets of eight keys in turn",
  connections: 4,
  expected: [201, 429],
  prepare: (port) => pushBlobs(port, repository, [config]),
  requests: () => {
    const members = Array.from({ length: signedMembers }, (_, nth) => [`k${nth.toString(36)}`, 1]);
    const content: Readonly<Record<string, unknown>> = Object.fromEntries(members);
    const { payload } = signedManifestOf(repository, "signed", [config.digest], { content, indent: "" });
    return [1, 2].map(() => {
      const keys = Array.from({ length: ociLimits.signaturesInManifest }, () => generateSigningKey());
      return put(`/v2/${repository}/manifests/signed`, signed(payload, keys).document, prettyjws).bytes;
    });
  },
};

const spellings = ["tarsum", "tarsum.v1", "tarsum.dev"].flatMap((label) => [
  `${label}%2Bsha256:${"0".repeat(64)}`,
  `${label}%2Bsha512:${"0".repeat(128)}`,
]);

const tarsums: Attack = {
  name: "M12: 2 GiB of zeros, compressed, by its sha256 and six tarsums",
  connections: 2,
  expected: [400, 429],
  prepare: () => Promise.resolve(),
  requests: () => {
    const bytes = inflatingLayer(128);
    const digest = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    const query = [`sha256:${digest}`, ...spellings].map((each) => `digest=${each}`).join("&");
    return [compose(draftOf("POST", `/v2/${repository}/blobs/uploads/?${query}`, bytes)).bytes];
  },
};

const steps = dockerLimits.convertedSteps;
const layer = blobOf("layer of an image for old clients", 512);
const longConfig = json({
  architecture: "amd64",
  os: "linux",
  history: Array.from({ length: steps }, (_, nth) => ({
    created_by: `/bin/sh -c step ${nth} ${"x".repeat(60)}`,
    ...(nth > 0 && { empty_layer: true }),
  })),
  rootfs: { type: "layers", diff_ids: [layer.digest] },
});
const oldImage = json({
  schemaVersion: 2,
  mediaType: mediaTypes.ociManifest,
  config: descriptorOf(longConfig, "application/vnd.oci.image.config.v1+json"),
  layers: [descriptorOf(layer, "application/vnd.oci.image.layer.v1.tar+gzip")],
});

const conversions: Attack = {
  name: `M13: an image with ${steps} steps by the route of 2014`,
  connections: 32,
  expected: [200, 429],
  async prepare(port) {
    await pushBlobs(port, repository, [longConfig, layer]);
    const target = `/v2/${repository}/manifests/old`;
    await send(port, "PUT", put(target, oldImage.bytes, mediaTypes.ociManifest).bytes, 201);
  },
  requests: () => [get(`/v2/${repository}/manifest/old`).bytes],
};

export const attacks: readonly Attack[] = [manyAbsent, manyPresent, signatures, tarsums, conversions];
