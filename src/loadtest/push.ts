/** Pushes content to a registry as most clients do, with POST and then PUT. */
import { pathTo } from "../api/routes.ts";
import { mediaTypes } from "../oci/media-type.ts";
import type { Tag } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import type { Blob } from "./content.ts";
import { Failure } from "./failure.ts";
import type { Client } from "./http/client.ts";

/** Pushes a blob. Throws a Failure. */
export async function pushBlob(client: Client, repository: RepositoryName, blob: Blob): Promise<void> {
  const path = pathTo("today", "blob-upload", { name: repository });
  const { headers } = await client.ask(client.request("POST", path), 202);
  const target = uploadTarget(client, headers.get("location") ?? "", path, blob);
  await client.ask(
    client.request("PUT", target, { headers: { "Content-Type": mediaTypes.octets }, body: blob.content }),
    201,
  );
}

/** Pushes a manifest with a tag. Throws a Failure. */
export async function pushManifest(client: Client, name: RepositoryName, tag: Tag, body: Uint8Array): Promise<void> {
  const path = pathTo("today", "manifest", { name, tag });
  const headers = { "Content-Type": mediaTypes.ociManifest };
  await client.ask(client.request("PUT", path, { headers, body }), 201);
}

/**
 * The path for the PUT of an upload session. It may be anywhere below the registry's address. Another address is
 * refused, because that registry would not be the measured one.
 */
function uploadTarget({ origin }: Client, location: string, path: string, { digest }: Blob): string {
  const url = location === "" ? null : URL.parse(location, `http://${origin.host}${path}`);
  if (url?.origin !== new URL(`http://${origin.host}`).origin) {
    throw new Failure("bad answer", `the Location of an upload session is ${JSON.stringify(location.slice(0, 200))}`);
  }
  url.searchParams.set("digest", digest);
  return `${url.pathname}${url.search}`;
}
