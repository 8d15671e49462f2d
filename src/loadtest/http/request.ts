import type { Origin } from "./origin.ts";

/** A method of a request. */
export type Method = "GET" | "HEAD" | "POST" | "PUT";

/** A request that is ready to be sent. A repeated request is built once. */
export interface Request {
  readonly method: Method;
  /** The path, for messages about failures. */
  readonly path: string;
  /** The head, and the body if it is small. */
  readonly bytes: Uint8Array;
  /** The body if it is large. */
  readonly pieces?: Iterable<Uint8Array>;
}

/** A body of a known size that is sent in pieces. */
export interface Stream {
  readonly size: number;
  readonly pieces: Iterable<Uint8Array>;
}

interface Content {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Stream;
}

/** Builds a request. */
export function requestOf(origin: Origin, method: Method, path: string, { headers = {}, body }: Content = {}): Request {
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${origin.host}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  const writes = method === "POST" || method === "PUT";
  const size = body === undefined ? 0 : "pieces" in body ? body.size : body.length;
  if (writes) lines.push(`Content-Length: ${size}`);
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (body === undefined) return { method, path, bytes: head };
  if ("pieces" in body) return { method, path, bytes: head, pieces: body.pieces };
  return { method, path, bytes: Buffer.concat([head, body]) };
}
