/** One request as it is sent, and its possible outcomes. */
export interface Message {
  readonly method: string;
  readonly bytes: Uint8Array;
  readonly leeway: Leeway;
  /** Wrong statuses: 201 for a blob whose digest does not match. */
  readonly never?: readonly number[];
}

/**
 * Which side may end the request. `registry`: the registry must answer as its table says. `parser`: the HTTP server
 * may refuse the bytes, close, or wait for more. `cut`: the sender disconnects in the middle.
 */
export type Leeway = "registry" | "parser" | "cut";

/** A request under construction; every field may be damaged. */
export interface Draft {
  method: string;
  target: string;
  version: string;
  /** Each text has one byte for each character (Latin-1), so that it can contain any byte. */
  headers: [name: string, value: string][];
  body?: Uint8Array;
  /** The framing of the body; undefined for a plain Content-Length. */
  framing?: Framing;
  never?: readonly number[];
}

export interface Framing {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bytes: Uint8Array;
  readonly leeway: Leeway;
}

export function draftOf(method: string, target: string, body?: Uint8Array): Draft {
  return { method, target, version: "HTTP/1.1", headers: [], ...(body && { body }) };
}

export function compose(draft: Draft): Message {
  const { method, target, version, body } = draft;
  const framing = draft.framing ?? (body && lengthOf(body));
  const named = new Set(draft.headers.map(([name]) => name.toLowerCase()));
  const host: [string, string][] = named.has("host") ? [] : [["Host", "registry.test"]];
  const headers = [...host, ...draft.headers, ...(framing?.headers ?? [])];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${target} ${version}\r\n${lines.join("")}\r\n`, "latin1");
  return {
    method,
    bytes: framing ? Buffer.concat([head, framing.bytes]) : head,
    leeway: framing && framing.leeway !== "registry" ? framing.leeway : leewayOf(draft, headers, head.length),
    ...(draft.never && { never: draft.never }),
  };
}

export function lengthOf(body: Uint8Array): Framing {
  return { headers: [["Content-Length", String(body.length)]], bytes: body, leeway: "registry" };
}

/**
 * The limits up to which the HTTP server passes a request on: headers of up to 64 KiB and about 200 lines
 * (docs/decisions/0016), without invalid characters.
 */
const headBytesAtLeast = 60_000;
const headLinesAtLeast = 180;
const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);
const plainTarget = /^(?:https?:\/)?\/[\x21-\x7e\x80-\xff]*$/;
const token = /^[\w!#$%&'*+.^`|~-]+$/;
// oxlint-disable-next-line no-control-regex
const control = /[\0-\x08\x0a-\x1f\x7f]/;

function leewayOf({ method, target, version }: Draft, headers: Framing["headers"], headBytes: number): Leeway {
  const plain =
    knownMethods.has(method) &&
    plainTarget.test(target) &&
    (version === "HTTP/1.1" || version === "HTTP/1.0") &&
    headBytes <= headBytesAtLeast &&
    headers.length <= headLinesAtLeast &&
    headers.every(([name, value]) => token.test(name) && !control.test(value)) &&
    headers.filter(([name]) => name.toLowerCase() === "host").length === 1 &&
    headers.filter(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name)).length <= 1 &&
    !(version === "HTTP/1.0" && headers.some(([name]) => name.toLowerCase() === "transfer-encoding"));
  return plain ? "registry" : "parser";
}
