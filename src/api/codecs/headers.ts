/** Codecs of headers. */
import { hostPattern, parseHost, type Host } from "../../oci/host.ts";
import { mediaTypePattern, parseMediaType, type MediaType } from "../../oci/media-type.ts";
import { parseChunkRange, type Slice } from "../../oci/range.ts";
import type { Codec } from "../codec.ts";
import { digestOf } from "../../oci/digest.ts";

/** The host of the registry that the content comes from, for clients that use this registry as a mirror. */
export const namespace: Codec<Host> = {
  name: "namespace",
  doc: "A host, with an optional port.",
  pattern: hostPattern,
  parse: parseHost,
  failure: "REQUEST_MALFORMED",
  examples: ["docker.io", "registry.example.com:5000"],
  invalid: ["docker.io/library", "a b", "-a", "a%0d%0ab"],
};

/** A media type in a header. */
export const mediaType: Codec<MediaType> = {
  name: "media type",
  doc: "`type/subtype`. Parameters are ignored.",
  pattern: mediaTypePattern.replace(/\$$/, "(?:;.*)?$"),
  parse: parseMediaType,
  failure: "MANIFEST_INVALID",
  examples: ["application/vnd.oci.image.manifest.v1+json", "application/json; charset=utf-8"],
  invalid: ["json", "text/", "a b/c"],
};

/** An artifact type in a filter. Lading copies it into the `Link` header, so it must be a valid media type (SEC-02). */
export const artifactType: Codec<MediaType> = {
  ...mediaType,
  name: "artifact type",
  // An unencoded plus sign arrives as a space. No media type contains a space.
  parse: (text) => parseMediaType(text.replaceAll(" ", "+")),
  failure: "REQUEST_MALFORMED",
  examples: ["application/vnd.example.sbom.v1+json"],
  invalid: ["json", "text/", "a,b/c"],
};

/** The length of a body in bytes. */
export const contentLength: Codec<number> = {
  name: "content length",
  doc: "Size of the body in bytes.",
  pattern: "^[0-9]{1,15}$",
  parse: (text) => (/^[0-9]{1,15}$/.test(text) ? Number(text) : undefined),
  failure: "REQUEST_MALFORMED",
  examples: ["1024"],
  // The HTTP server refuses other malformed lengths. It joins two equal ones and passes them on.
  invalid: ["5, 5"],
};

/** The size of a blob in bytes, which a request of 2014 sends with the digest. */
export const blobLength: Codec<number> = {
  ...contentLength,
  name: "blob length",
  doc: "Size of the whole blob in bytes.",
  failure: "SIZE_INVALID",
  invalid: ["-1", "1e3", "many"],
};

/** The position of a chunk in a blob. */
export const chunkRange: Codec<Slice> = {
  name: "chunk range",
  doc: "`<first>-<last>`: offsets of the first and the last byte of the chunk, without a unit.",
  pattern: "^(?:bytes )?[0-9]{1,15}-[0-9]{1,15}(?:/(?:[0-9]{1,15}|[*]))?$",
  parse: parseChunkRange,
  failure: "REQUEST_MALFORMED",
  examples: ["0-1023"],
  invalid: ["0-", "-5", "0-1,5-6", "a-b"],
};

/**
 * Returns a codec that accepts every text. RFC 9110 requires a server to ignore an invalid value of these headers, and the
 * meaning of a valid one depends on the content. `apiLimits.requestHeadBytes` limits the length of the text.
 */
const anyText = (name: string, doc: string, example: string): Codec<string> => ({
  name,
  doc,
  pattern: "^.*$",
  parse: (text) => text,
  examples: [example],
  invalid: [],
});

/** The header `Range`. */
export const byteRange = anyText(
  "byte range",
  "`bytes=<first>-<last>`, `bytes=<first>-`, `bytes=-<count>`, or several of them separated by commas. An invalid value is ignored.",
  "bytes=0-99",
);
/** The header `Accept`. */
export const accept = anyText(
  "media ranges",
  "Media types, separated by commas.",
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
);
/** A date in a conditional header. */
export const httpDate = anyText(
  "HTTP date",
  "A date as in RFC 9110. An invalid date is ignored.",
  "Tue, 18 Nov 2014 20:39:32 GMT",
);
/** The entity tags in a conditional header. */
export const entityTags = anyText(
  "entity tags",
  "A list of quoted digests, or `*`.",
  `"${digestOf(new Uint8Array())}"`,
);
