import { expect } from "bun:test";
import { mediaTypes } from "../../src/oci/media-type.ts";
import type { Content } from "./content.ts";
import { blobOf, configOf, imageOf } from "./content.ts";

/** Pushes a blob as most clients do, with POST and then PUT, and expects success. */
export async function pushBlob(url: string, name: string, { bytes, digest }: Content): Promise<void> {
  const location = await startUpload(url, name);
  const put = await fetch(`${url}${location}?digest=${digest}`, { method: "PUT", body: bytes });
  expect(put.status, await put.text()).toBe(201);
}

/** Starts an upload session and returns its Location. */
export async function startUpload(url: string, name: string): Promise<string> {
  const post = await fetch(`${url}/v2/${name}/blobs/uploads/`, { method: "POST" });
  expect(post.status, await post.text()).toBe(202);
  return post.headers.get("location")!;
}

/** Pushes a manifest, and returns the response. */
export function putManifest(
  url: string,
  name: string,
  reference: string,
  { bytes }: Content,
  mediaType: string = mediaTypes.ociManifest,
): Promise<Response> {
  return fetch(`${url}/v2/${name}/manifests/${reference}`, {
    method: "PUT",
    body: bytes,
    headers: { "content-type": mediaType },
  });
}

/** Pushes a small image under a tag, and returns it with its blobs. */
export async function pushImage(url: string, name: string, tag: string, seed = `${name}:${tag}`) {
  const layer = blobOf(`${seed} layer`, 2048);
  const config = configOf(seed, layer);
  await pushBlob(url, name, config);
  await pushBlob(url, name, layer);
  const manifest = imageOf(config, [layer]);
  const put = await putManifest(url, name, tag, manifest);
  expect(put.status, await put.text()).toBe(201);
  return { manifest, config, layer };
}

/** The codes in an error body, in order. */
export async function codesOf(response: Response): Promise<string[]> {
  const body = (await response.json()) as { errors: { code: string }[] };
  return body.errors.map(({ code }) => code);
}
