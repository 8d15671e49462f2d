import { pathTo } from "../api/routes.ts";
import { parseDigest, type Digest } from "../oci/digest.ts";
import { mediaTypes, parseMediaType, type MediaType } from "../oci/media-type.ts";
import type { Tag } from "../oci/reference.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { ClientError } from "./client-error.ts";
import type { Ask, Connection } from "./connection.ts";

/** A manifest in another registry. */
export interface RemoteManifest {
  /** Undefined if the registry does not report it. */
  readonly mediaType?: MediaType;
  readonly bytes: Uint8Array;
  /** The digest that the registry reports; not verified. */
  readonly digest?: Digest;
}

/** A blob in another registry. */
export interface RemoteBlob {
  /** Undefined if the registry does not report it. */
  readonly size?: number;
  /** The content, which the caller must read to its end, or end the generator. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/**
 * The `Accept` header: all manifest types that this program knows, so that the registry returns the stored manifest
 * without a conversion. Schema 1 comes first.
 */
const accepted = [
  mediaTypes.dockerSchema1Signed,
  mediaTypes.dockerSchema1,
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerList,
].join(", ");

/** A repository in another registry. Its methods throw a ClientError if a request fails. */
export class RemoteRepository {
  readonly #connection: Connection;
  readonly name: RepositoryName;

  constructor(connection: Connection, name: RepositoryName) {
    this.#connection = connection;
    this.name = name;
  }

  async manifest(tag: Tag): Promise<RemoteManifest | undefined> {
    const path = pathTo("today", "manifest", { name: this.name, tag });
    const headers = { accept: accepted };
    const answer = await this.#connection.ask({ method: "GET", path, headers, expected: [200, 404] });
    if (answer.status === 404) return undefined;
    const mediaType = parseMediaType(answer.headers.get("content-type") ?? "");
    const digest = parseDigest(answer.headers.get("docker-content-digest") ?? "");
    return { bytes: answer.body, ...(mediaType && { mediaType }), ...(digest && { digest }) };
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    const { status } = await this.#connection.ask({ method: "HEAD", path: this.#blob(digest), expected: [200, 404] });
    return status === 200;
  }

  async blob(digest: Digest): Promise<RemoteBlob | undefined> {
    const answer = await this.#connection.open({ method: "GET", path: this.#blob(digest), expected: [200, 404] });
    if (answer.status === 404) {
      await answer.body.return(undefined);
      return undefined;
    }
    const length = answer.headers.get("content-length");
    return { bytes: answer.body, ...(length !== null && { size: Number(length) }) };
  }

  async pushBlob(digest: Digest, body: NonNullable<Ask["body"]>): Promise<void> {
    const path = pathTo("today", "blob-upload", { name: this.name });
    const { headers, url } = await this.#connection.ask({ method: "POST", path, expected: [202] });
    const location = headers.get("location");
    if (location === null) throw new ClientError("answer", `POST ${path} was answered without a Location header`);
    const session = this.#connection.resolve(location, url);
    session.searchParams.set("digest", digest);
    await this.#connection.ask({
      method: "PUT",
      path: session,
      headers: { "content-type": mediaTypes.octets },
      body,
      expected: [201],
    });
  }

  async pushManifest(tag: Tag, mediaType: MediaType, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = pathTo("today", "manifest", { name: this.name, tag });
    await this.#connection.ask({
      method: "PUT",
      path,
      headers: { "content-type": mediaType },
      body,
      expected: [201],
    });
  }

  #blob(digest: Digest): string {
    return pathTo("today", "blob", { name: this.name, digest });
  }
}
