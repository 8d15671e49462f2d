/** The requests of an upload, one by one. */
import { startUpload } from "./push.ts";

/** An upload session, as its client sees it. */
export class Upload {
  readonly registry: string;
  /** As the POST gave it. */
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

  /** The same session, asked of a registry that has moved. */
  movedTo(registry: string): Upload {
    return new Upload(registry, this.location);
  }

  status(method: "GET" | "HEAD" = "GET"): Promise<Response> {
    return fetch(this.url, { method });
  }

  /** Without `range`, the bytes follow what is there. */
  patch(body: BodyInit, range?: string): Promise<Response> {
    return fetch(this.url, {
      method: "PATCH",
      body,
      ...(range !== undefined && { headers: { "content-range": range } }),
    });
  }

  /** `query` as it stands after the question mark. */
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

/** A body that fetch sends chunked, without a length. */
export function chunked(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}
