import type { Origin } from "./origin.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT";

/** What goes out: one that is asked many times is made once. */
export interface Request {
  readonly method: Method;
  /** For what is said of it when it fails. */
  readonly path: string;
  /** The head, and the body where that is small. */
  readonly bytes: Uint8Array;
  /** The body where it is large. */
  readonly pieces?: Iterable<Uint8Array>;
}

/** Bytes that are sent piece by piece; so many of them. */
export interface Stream {
  readonly size: number;
  readonly pieces: Iterable<Uint8Array>;
}

interface Content {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Stream;
}

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
