/** Many tags and repositories, pushed to any registry. */
import { pathTo } from "../../../src/api/routes.ts";
import { randomBytes, smallBlob } from "../../../src/loadtest/content.ts";
import type { Client } from "../../../src/loadtest/http/client.ts";
import type { Origin } from "../../../src/loadtest/http/origin.ts";
import { pushBlob } from "../../../src/loadtest/push.ts";
import { mediaTypes } from "../../../src/oci/media-type.ts";
import type { RepositoryName } from "../../../src/oci/repository-name.ts";
import { tagged } from "../stores.ts";
import { withClient } from "./content.ts";

const atOnce = 16;

/** An index without references, so that it needs no other content. */
const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] }));

/** Pushes tags with the same names as in the stores that are filled without pushes. */
export async function pushTags(origin: Origin, count: number): Promise<void> {
  await inLanes(origin, count, (client, nth) => putIndex(client, tagged, nameOf("v", nth)));
}

/** Creates repositories and mounts a blob into each, because distribution 2 does not list a repository without one. */
export async function pushRepositories(origin: Origin, count: number): Promise<void> {
  const blob = smallBlob(randomBytes);
  await withClient(origin, (client) => pushBlob(client, tagged, blob));
  await inLanes(origin, count, async (client, nth) => {
    const name = nameOf("team/zone-", nth) as RepositoryName;
    const uploads = pathTo("today", "blob-upload", { name });
    await client.ask(client.request("POST", `${uploads}?mount=${blob.digest}&from=${tagged}`), 201);
    await putIndex(client, name, "latest");
  });
}

async function putIndex(client: Client, name: RepositoryName, tag: string): Promise<void> {
  const headers = { "Content-Type": mediaTypes.ociIndex };
  const path = pathTo("today", "manifest", { name, tag });
  await client.ask(client.request("PUT", path, { headers, body: index }), 201);
}

async function inLanes(origin: Origin, count: number, work: (client: Client, nth: number) => Promise<void>) {
  const lane = (from: number) =>
    withClient(origin, async (client) => {
      for (let nth = from; nth < count; nth += atOnce) await work(client, nth);
    });
  await Promise.all(Array.from({ length: atOnce }, (_, from) => lane(from)));
}

/** Names have the same length, so that their order is that of the numbers. */
export function nameOf(prefix: string, nth: number): string {
  return prefix + String(nth).padStart(6, "0");
}
