/** The requests of an upload, one by one. */
import { startUpload } from "./push.ts";

/** An upload session, as its client sees it. */
export class Upload {
  readonly registry: string;
  /** The path from the Location header of the POST. */
  readonly location: string;

  constructor(registry: string, location: string) {
    this.registry = registry;
    this.location = location;
  }

  static async start(registry: string, name: string): Promise<Upload> {
    return new Upload(registry, await startUpload(registry, name));
  }

  get id(): string {
    return this.location.slice(this.location.lastIndexOf("/") + 1);
  }

  get url(): string {
    return this.registry + this.location;
  }

  /** The same session at another address of the registry. */
  movedTo(registry: string): Upload {
    return new Upload(registry, this.location);
  }

  status(method: "GET" | "HEAD" = "GET"): Promise<Response> {
    return fetch(this.url, { method });
  }

  /** Sends a chunk. Without `range`, the bytes follow the stored ones. */
  patch(body: BodyInit, range?: string): Promise<Response> {
    return fetch(this.url, {
      method: "PATCH",
      body,
      ...(range !== undefined && { headers: { "content-range": range } }),
    });
  }

  /** Completes the upload session. `query` is the text after the question mark. */
  put(query: string, body: BodyInit = "", range?: string): Promise<Response> {
    return fetch(`${this.url}?${query}`, {
      method: "PUT",
      body,
      ...(range !== undefined && { headers: { "content-range": range } }),
    });
  }

  cancel(): Promise<Response> {
    return fetch(this.url, { method: "DELETE" });
  }
}

/** A body that fetch sends with chunked encoding, without a length. */
export function chunked(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}
