/** One request as it goes over the wire, and what may come of it. */
export interface Message {
  readonly method: string;
  readonly bytes: Uint8Array;
  readonly leeway: Leeway;
  /** Statuses that would be wrong: 201 for a blob under a digest that is not its own. */
  readonly never?: readonly number[];
}

/**
 * Who may end it. `registry`: the registry has to answer, in the words of its table. `parser`: the HTTP server in front of it
 * may refuse the bytes, close, or wait for more of them. `cut`: its sender leaves in the middle.
 */
export type Leeway = "registry" | "parser" | "cut";

/** A request while it is being made; every field may be spoilt. */
export interface Draft {
  method: string;
  target: string;
  version: string;
  /** One text is one byte a character (Latin-1), so that any byte can be said. */
  headers: [name: string, value: string][];
  body?: Uint8Array;
  /** How the body is framed; undefined where its length is simply told. */
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

/** What the HTTP server hands on: heads of up to 64 KiB and some 200 lines (docs/decisions/0016), with nothing odd in them. */
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
