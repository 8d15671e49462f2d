/** The headers of replies: what each of them says, and a regular expression that every value of it matches. */
import { digestPattern } from "../oci/digest.ts";
import { hostPattern } from "../oci/host.ts";
import { tagPattern } from "../oci/reference.ts";
import { session } from "./codecs.ts";

interface HeaderText {
  readonly doc: string;
  readonly pattern: string;
}

const path = "/v2/[!-~]+";
const bytes = "[0-9]{1,15}";
const quoted = (pattern: string) => `^"${within(pattern)}"$`;
const listed = (pattern: string) => `^${within(pattern)}(?:, ${within(pattern)})*$`;

/** A pattern without its anchors. */
function within(pattern: string): string {
  return pattern.replace(/^\^/, "").replace(/\$$/, "");
}

export const replyHeaders = {
  "Access-Control-Allow-Credentials": {
    doc: "A page of the origin may send what the browser knows for the registry, such as a password.",
    pattern: "^true$",
  },
  "Access-Control-Allow-Headers": {
    doc: "Request headers that the page may set.",
    pattern: listed("^[a-z0-9!#$%&'*+.^_`|~-]+$"),
  },
  "Access-Control-Allow-Methods": { doc: "Methods that the page may use.", pattern: listed("^[A-Z]+$") },
  "Access-Control-Allow-Origin": {
    doc: "The origin whose pages may read the reply (`cors-origins`).",
    pattern: "^(?:[*]|[a-z][a-z0-9+.-]*://[!-~]+)$",
  },
  "Access-Control-Expose-Headers": {
    doc: "Headers of the reply that the page may read.",
    pattern: listed("^[A-Za-z-]+$"),
  },
  "Access-Control-Max-Age": {
    doc: "Seconds for which the browser may remember what the page may do.",
    pattern: "^[0-9]{1,9}$",
  },
  "Accept-Ranges": { doc: "Parts can be asked for by bytes.", pattern: "^bytes$" },
  Allow: { doc: "Methods that are answered here.", pattern: listed("^[A-Z]+$") },
  "Cache-Control": { doc: "How long the reply stays true, and for whom.", pattern: "^[a-z0-9=, -]+$" },
  "Content-Disposition": { doc: "Not to be opened as a page.", pattern: "^attachment$" },
  "Content-Length": { doc: "Bytes of the body that a GET would be answered with.", pattern: `^${bytes}$` },
  "Content-Range": {
    doc: "Where the part lies in the whole; the size alone where there is no such part.",
    pattern: `^bytes (?:${bytes}-${bytes}|[*])/${bytes}$`,
  },
  "Content-Security-Policy": {
    doc: "What a browser may do with the body if it is opened as a page: nothing. Only the pages of the registry itself may use their own style sheet.",
    pattern: "^default-src 'none'; [ -~]+$",
  },
  "Content-Type": { doc: "Media type of the body that a GET would be answered with.", pattern: "^[!-~]+/[ -~]+$" },
  "Docker-Content-Digest": { doc: "Digest of the content.", pattern: digestPattern },
  "Docker-Distribution-Api-Version": { doc: "Old clients ask for it.", pattern: "^registry/2[.]0$" },
  "Docker-Upload-UUID": { doc: "The upload session.", pattern: session.pattern },
  ETag: { doc: "The digest, quoted, for If-None-Match and If-Range.", pattern: quoted(digestPattern) },
  "Last-Modified": {
    doc: "Since when the repository has the content.",
    pattern: "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$",
  },
  Link: { doc: "Leads to the next page; absent on the last.", pattern: `^<${path}>; rel="next"$` },
  Location: { doc: "A path on this host: the content, or where to send the next bytes.", pattern: `^${path}$` },
  "OCI-Chunk-Max-Length": {
    doc: "Bytes that a chunk should have at most, since a proxy may refuse larger ones.",
    pattern: `^${bytes}$`,
  },
  "OCI-Chunk-Min-Length": {
    doc: "Bytes that a chunk should have at least; smaller ones are taken.",
    pattern: `^${bytes}$`,
  },
  "OCI-Filters-Applied": { doc: "The filters that the list was made with.", pattern: "^artifactType$" },
  "OCI-Namespace": { doc: "The `ns` that was followed.", pattern: hostPattern },
  "OCI-Subject": { doc: "The manifest that this one names as its subject.", pattern: digestPattern },
  "OCI-Tag": { doc: "The tags that point to the manifest now.", pattern: listed(tagPattern) },
  Range: {
    doc: "Offset of the last byte received; `0-0` also stands for none.",
    pattern: `^0-${bytes}$`,
  },
  "Retry-After": { doc: "Seconds to wait.", pattern: "^[0-9]{1,9}$" },
  Vary: {
    doc: "The request headers that chose this form; caches have to keep the forms apart.",
    pattern: listed("^(?:Accept|Origin)$"),
  },
  "WWW-Authenticate": { doc: "How to authenticate.", pattern: "^[ -~]+$" },
  Warning: { doc: "What the operator has to say to the users.", pattern: `^299 - "[ -~]+"$` },
  "X-Content-Type-Options": { doc: "No browser may guess a type.", pattern: "^nosniff$" },
} as const satisfies Record<string, HeaderText>;

export type ReplyHeader = keyof typeof replyHeaders;

/** For the names in the catalogue of errors, which does not know this file. */
export function replyHeader(name: string): HeaderText {
  if (!Object.hasOwn(replyHeaders, name)) throw new TypeError(`src/api/headers.ts does not say what ${name} is`);
  return replyHeaders[name as ReplyHeader];
}

/**
 * The headers of every reply. Old clients refuse a reply that does not say that it is V2 (BASE-03). No browser may guess a type
 * (SEC-07), or treat content that a client pushed as a page of the registry's origin: `sandbox` gives it an origin of its
 * own, without scripts (SEC-17).
 */
export const commonHeaders = {
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Docker-Distribution-Api-Version": "registry/2.0",
  "X-Content-Type-Options": "nosniff",
} as const satisfies Partial<Record<ReplyHeader, string>>;

/** On every reply where a setting asks for it: `notice`, and `cors-origins`. */
export const commonOptionalHeaders = [
  "Access-Control-Allow-Credentials",
  "Access-Control-Allow-Origin",
  "Access-Control-Expose-Headers",
  "Warning",
] as const satisfies readonly ReplyHeader[];
