/** The content for all participants. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { imageManifest, LargeBlobs, randomBytes, smallBlob, type Blob } from "../../../src/loadtest/content.ts";
import { Client } from "../../../src/loadtest/http/client.ts";
import { pushBlob, pushManifest } from "../../../src/loadtest/push.ts";
import { digestOf } from "../../../src/oci/digest.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import type { Tag } from "../../../src/oci/reference.ts";
import type { RepositoryName } from "../../../src/oci/repository-name.ts";
import type { Origin } from "../../../src/loadtest/http/origin.ts";

export const repository = "bench/app" as RepositoryName;
export const tag = "latest" as Tag;
export const accepted = `${mediaTypes.ociManifest}, */*`;

/** Content that is read: its path in every registry, and the expected bytes. */
export interface Target {
  readonly path: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly content: Blob["content"];
  /** Pushes the content and everything that it needs. */
  push(origin: Origin): Promise<void>;
}

export function manifestTarget(): Target {
  const blobs = [smallBlob(randomBytes), smallBlob(randomBytes), smallBlob(randomBytes)] as const;
  const content = imageManifest(blobs);
  return {
    path: `/v2/${repository}/manifests/${tag}`,
    digest: digestOf(content),
    mediaType: mediaTypes.ociManifest,
    content,
    push: (origin) =>
      withClient(origin, async (client) => {
        for (const blob of blobs) await pushBlob(client, repository, blob);
        await pushManifest(client, repository, tag, content);
      }),
  };
}

export function blobTarget(size: number): Target {
  const blob = size <= 64 * 1024 ? smallBlob(randomBytes, size) : new LargeBlobs(randomBytes, size).next();
  return {
    path: `/v2/${repository}/blobs/${blob.digest}`,
    digest: blob.digest,
    mediaType: mediaTypes.octets,
    content: blob.content,
    push: (origin) => withClient(origin, (client) => pushBlob(client, repository, blob)),
  };
}

/** Reads the content once, and compares every byte. */
export async function requireTarget(origin: Origin, { path, digest }: Target): Promise<void> {
  await withClient(origin, async (client) => {
    const headers = { Accept: accepted };
    const answer = await client.ask(client.request("GET", path, { headers }), 200, "digest");
    if (answer.digest !== digest) throw new Error(`${path} is ${answer.digest}`);
  });
}

/** Writes the content as a file below a folder that a server serves unchanged. */
export function writeTarget(folder: string, { path, content }: Target): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const whole = "pieces" in content ? Buffer.concat([...content.pieces]) : content;
  writeFileSync(file, whole);
}

export async function withClient<T>(origin: Origin, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(origin);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}
