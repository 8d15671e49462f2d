/** The headers of replies: the meaning of each header, and a regular expression that its values match. */
import { digestPattern } from "../oci/digest.ts";
import { hostPattern } from "../oci/host.ts";
import { tagPattern } from "../oci/reference.ts";
import { session } from "./codecs/content.ts";

/** The meaning of a header, and a regular expression that its values match. */
export interface HeaderText {
  readonly doc: string;
  readonly pattern: string;
}

const path = "/v2/[!-~]+";
const bytes = "[0-9]{1,15}";
const quoted = (pattern: string) => `^"${within(pattern)}"$`;
const listed = (pattern: string) => `^${within(pattern)}(?:, ${within(pattern)})*$`;

/** Returns a pattern without its anchors. */
function within(pattern: string): string {
  return pattern.replace(/^\^/, "").replace(/\$$/, "");
}

/** All headers that a reply can have. */
export const replyHeaders = {
  "Access-Control-Allow-Credentials": {
    doc: "A page of the origin may send the credentials that the browser has for the registry, such as a password.",
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
    doc: "Number of seconds for which the browser may cache the reply to its preflight request.",
    pattern: "^[0-9]{1,9}$",
  },
  "Accept-Ranges": { doc: "The client can request byte ranges.", pattern: "^bytes$" },
  Allow: { doc: "Methods that the path supports.", pattern: listed("^[A-Z]+$") },
  "Cache-Control": { doc: "How long, and by which caches, the reply may be cached.", pattern: "^[a-z0-9=, -]+$" },
  "Content-Disposition": {
    doc: "Tells a browser to save the content, and not to open it as a page.",
    pattern: "^attachment$",
  },
  "Content-Length": { doc: "Size in bytes of the body of the `GET` reply.", pattern: `^${bytes}$` },
  "Content-Range": {
    doc: "Position of the part in the content. If no such part exists, only the size of the content.",
    pattern: `^bytes (?:${bytes}-${bytes}|[*])/${bytes}$`,
  },
  "Content-Security-Policy": {
    doc: "Prevents a browser that opens the body as a page from running or loading anything. The pages of the registry itself may use their own style sheet.",
    pattern: "^default-src 'none'; [ -~]+$",
  },
  "Content-Type": { doc: "Media type of the body of the `GET` reply.", pattern: "^[!-~]+/[ -~]+$" },
  "Docker-Content-Digest": { doc: "Digest of the content.", pattern: digestPattern },
  "Docker-Distribution-Api-Version": {
    doc: "The API version. Old clients require this header.",
    pattern: "^registry/2[.]0$",
  },
  "Docker-Upload-UUID": { doc: "Id of the upload session.", pattern: session.pattern },
  ETag: { doc: "The digest in quotes, for `If-None-Match` and `If-Range`.", pattern: quoted(digestPattern) },
  "Last-Modified": {
    doc: "Time at which the repository got the content.",
    pattern: "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$",
  },
  Link: { doc: "Path of the next page. Absent on the last page.", pattern: `^<${path}>; rel="next"$` },
  Location: {
    doc: "A path on this host: the content, or the upload session to which the client sends the next bytes.",
    pattern: `^${path}$`,
  },
  "OCI-Chunk-Max-Length": {
    doc: "Recommended maximum size of a chunk in bytes. A proxy may refuse larger chunks.",
    pattern: `^${bytes}$`,
  },
  "OCI-Chunk-Min-Length": {
    doc: "Recommended minimum size of a chunk in bytes. Lading accepts smaller chunks too.",
    pattern: `^${bytes}$`,
  },
  "OCI-Filters-Applied": { doc: "The filters that Lading applied to the list.", pattern: "^artifactType$" },
  "OCI-Namespace": { doc: "The value of `ns` that Lading has used.", pattern: hostPattern },
  "OCI-Subject": { doc: "Digest of the subject of the manifest.", pattern: digestPattern },
  "OCI-Tag": { doc: "The tags that the push has set.", pattern: listed(tagPattern) },
  Range: {
    doc: "`0-` and the offset of the last byte received. `0-0` also means that no byte has arrived.",
    pattern: `^0-${bytes}$`,
  },
  "Retry-After": { doc: "Number of seconds to wait before the next try.", pattern: "^[0-9]{1,9}$" },
  Vary: {
    doc: "The request headers on which the reply depends. A cache must store the variants separately.",
    pattern: listed("^(?:Accept|Origin)$"),
  },
  "WWW-Authenticate": { doc: "How the client can authenticate.", pattern: "^[ -~]+$" },
  Warning: { doc: "A message from the operator to the users (setting `notice`).", pattern: `^299 - "[ -~]+"$` },
  "X-Content-Type-Options": { doc: "Tells the browser not to guess the media type.", pattern: "^nosniff$" },
} as const satisfies Record<string, HeaderText>;

/** The header `Location` of a redirect. It may name another host, which the reply header of all other replies does not. */
export const redirectLocation: HeaderText = {
  doc: "The URL that the client requests instead, with the same method.",
  pattern: "^https?://[!-~]+$",
};

/** The name of a reply header. */
export type ReplyHeader = keyof typeof replyHeaders;

/**
 * Returns the description of a header by its name. The error catalogue has names as plain text. Throws if the name is
 * unknown.
 */
export function replyHeader(name: string): HeaderText {
  if (!Object.hasOwn(replyHeaders, name)) throw new TypeError(`src/api/headers.ts does not say what ${name} is`);
  return replyHeaders[name as ReplyHeader];
}

/**
 * The headers of every reply. Old clients refuse a reply without the API version (BASE-03). A browser must not guess a media
 * type (SEC-07), and must not treat pushed content as a page of the registry's origin: `sandbox` gives the content a separate
 * origin without scripts (SEC-17).
 */
export const commonHeaders = {
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Docker-Distribution-Api-Version": "registry/2.0",
  "X-Content-Type-Options": "nosniff",
} as const satisfies Partial<Record<ReplyHeader, string>>;

/** The headers that every reply has if a setting requires them: `notice` or `cors-origins`. */
export const commonOptionalHeaders = [
  "Access-Control-Allow-Credentials",
  "Access-Control-Allow-Origin",
  "Access-Control-Expose-Headers",
  "Warning",
] as const satisfies readonly ReplyHeader[];
