/** The content of the registry before the first bomb. */
import { digestOf, type Digest } from "../../src/oci/digest.ts";
import { mediaTypes } from "../../src/oci/media-type.ts";
import { blobOf, descriptorOf, imageOf, type Content } from "../../test/support/content.ts";
import { compose, draftOf, type Message } from "../fuzz/message.ts";
import { Wire } from "../fuzz/wire.ts";
import { put } from "./volley.ts";

const MiB = 1024 * 1024;

export const names = {
  tags: "bombs/tags",
  references: "bombs/references",
  referrers: "bombs/referrers",
  manifests: "bombs/manifests",
  blob: "bombs/blob",
} as const;

export const tagCount = 100_000;
export const referenceCount = 9_999;
export const repositoryCount = 12_000;

/** This configuration is in every repository that manifests are pushed to. */
export const config = blobOf("config");
export const references: readonly Content[] = Array.from({ length: referenceCount }, (_, number) =>
  blobOf(`reference ${number}`, 24),
);
export const largeBlob = blobOf("large", 64 * MiB);
const tagged = imageOf(config, []);

/** An image whose manifest has about `bytes` bytes. */
export function imageOfSize(bytes: number, label: string): Content {
  const empty = imageOf(config, [], { annotations: { label, filler: "" } });
  return imageOf(config, [], { annotations: { label, filler: "x".repeat(bytes - empty.bytes.length) } });
}

export const largeManifest = imageOfSize(4 * MiB, "large");

/** Annotations that fill 4 MiB. */
export function annotations(count: number, value: string): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, number) => [`k${number}`, value]));
}

export const subject: Digest = digestOf(tagged.bytes);

const referrers: readonly Content[] = [
  { count: 250_000, value: "v" },
  ...Array.from({ length: 40 }, (_, number) => ({ count: 1_000, value: `${number}`.padEnd(100, "v") })),
].map(({ count, value }) =>
  imageOf(config, [], {
    subject: { ...descriptorOf(tagged), mediaType: mediaTypes.ociManifest },
    annotations: annotations(count, value),
  }),
);

function* blobPushes(name: string, blobs: readonly Content[]): Generator<Message> {
  for (const { bytes, digest } of blobs) {
    yield compose(draftOf("POST", `/v2/${name}/blobs/uploads/?digest=${digest}`, bytes));
  }
}

function* tagPushes(): Generator<Message> {
  const atOnce = 50;
  for (let first = 0; first < tagCount; first += atOnce) {
    const query = Array.from({ length: atOnce }, (_, at) => `tag=t${String(first + at).padStart(6, "0")}`).join("&");
    const target = `/v2/${names.tags}/manifests/${tagged.digest}?${query}`;
    yield put(target, tagged.bytes, mediaTypes.ociManifest);
  }
}

function* mounts(): Generator<Message> {
  for (let number = 0; number < repositoryCount; number += 1) {
    const query = `mount=${config.digest}&from=${names.tags}`;
    yield compose(draftOf("POST", `/v2/many/r${number}/blobs/uploads/?${query}`));
  }
}

function* manifestPushes(name: string, manifests: readonly Content[]): Generator<Message> {
  for (const { bytes, digest } of manifests)
    yield put(`/v2/${name}/manifests/${digest}`, bytes, mediaTypes.ociManifest);
}

export async function prepare(port: number): Promise<void> {
  for (const name of [names.tags, names.referrers, names.manifests]) await pushAll(port, blobPushes(name, [config]));
  await pushAll(port, blobPushes(names.references, [config, ...references]));
  await pushAll(port, blobPushes(names.blob, [largeBlob]));
  await pushAll(port, tagPushes());
  await pushAll(port, mounts());
  await pushAll(port, manifestPushes(names.referrers, referrers));
  await pushAll(port, manifestPushes(names.manifests, [largeManifest]));
}

const pushers = 24;

async function pushAll(port: number, messages: Iterable<Message>): Promise<void> {
  const queue = messages[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: pushers }, async () => {
      const wire = await Wire.open(port);
      for (let next = queue.next(); !next.done; next = queue.next()) {
        wire.send(next.value.bytes);
        const reply = await wire.next(next.value.method, 60_000);
        if (typeof reply === "string" || reply.status !== 201) {
          throw new Error(
            `preparing: ${typeof reply === "string" ? reply : `${reply.status} ${reply.body.toString()}`}`,
          );
        }
      }
      wire.cut();
    }),
  );
}
