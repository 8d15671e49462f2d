/** The schemas of the JSON documents in the requests and replies of the API. */
import { digestPattern } from "../oci/digest.ts";
import { mediaTypePattern, mediaTypes, type MediaType } from "../oci/media-type.ts";
import { ociLimits } from "../oci/limits.ts";
import { tagPattern } from "../oci/reference.ts";
import { repositoryNamePattern } from "../oci/repository-name.ts";
import type { Content } from "./describe.ts";
import type { Schema } from "./schema.ts";

const mediaType = {
  type: "string",
  pattern: mediaTypePattern,
  maxLength: ociLimits.mediaTypeCharacters,
} as const satisfies Schema;
const digest = {
  type: "string",
  pattern: digestPattern,
  maxLength: ociLimits.digestCharacters,
} as const satisfies Schema;
const name = {
  type: "string",
  pattern: repositoryNamePattern,
  maxLength: ociLimits.nameCharacters,
} as const satisfies Schema;
const annotations = { type: "object", additionalProperties: { type: "string" } } as const satisfies Schema;

const descriptor = {
  description: "A reference to other content.",
  type: "object",
  properties: {
    mediaType,
    digest,
    size: { description: "Size in bytes.", type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    urls: { type: "array", items: { type: "string" } },
  },
  required: ["mediaType", "digest", "size"],
} as const satisfies Schema;

/** Returns the fields that every manifest may have. Null counts as absent. */
function optionalFields(type: MediaType) {
  return {
    mediaType: { const: type },
    artifactType: { ...mediaType, type: ["string", "null"], pattern: `${mediaTypePattern}|^$` },
    subject: { ...descriptor, type: ["object", "null"] },
    annotations: { type: ["object", "null"], additionalProperties: { type: ["string", "null"] } },
  } as const satisfies Record<string, Schema>;
}

function image(type: MediaType): Schema {
  return {
    description: "An image, or another artifact in the format of an image.",
    type: "object",
    properties: {
      schemaVersion: { const: 2 },
      config: descriptor,
      layers: { type: "array", items: descriptor },
      ...optionalFields(type),
    },
    required: ["schemaVersion", "config", "layers"],
  };
}

function index(type: MediaType): Schema {
  return {
    description: "A list of manifests.",
    type: "object",
    properties: {
      schemaVersion: { const: 2 },
      manifests: { type: "array", items: descriptor },
      ...optionalFields(type),
    },
    required: ["schemaVersion", "manifests"],
  };
}

const schema1: Schema = {
  description: "An image of 2014 with signatures. Its digest is the digest of the signed bytes.",
  type: "object",
  properties: {
    schemaVersion: { const: 1 },
    name,
    tag: { type: "string", pattern: tagPattern },
    architecture: { type: "string" },
    fsLayers: {
      description: "The top layer first.",
      type: "array",
      items: { type: "object", properties: { blobSum: digest }, required: ["blobSum"] },
      minItems: 1,
    },
    history: {
      type: "array",
      items: { type: "object", properties: { v1Compatibility: { type: "string" } }, required: ["v1Compatibility"] },
      minItems: 1,
    },
    signatures: { type: "array", items: { type: "object" }, minItems: 1, maxItems: ociLimits.signaturesInManifest },
  },
  required: ["schemaVersion", "name", "tag", "fsLayers", "history", "signatures"],
};

/** The body of a signed schema 1 manifest. */
export const signed: Content = { [mediaTypes.dockerSchema1Signed]: schema1 };

/**
 * The body of a manifest. A manifest may have any media type. Lading checks the structure of the five types in this
 * list.
 */
export const manifests: Content = {
  ...signed,
  [mediaTypes.ociManifest]: image(mediaTypes.ociManifest),
  [mediaTypes.ociIndex]: index(mediaTypes.ociIndex),
  [mediaTypes.dockerManifest]: image(mediaTypes.dockerManifest),
  [mediaTypes.dockerList]: index(mediaTypes.dockerList),
  "*/*": {},
};

/** The body of a blob. */
export const octets: Content = { [mediaTypes.octets]: {} };

/** Returns the body of a list that Lading generates for the request, in the format of an index. */
function listing<const Entry extends Schema>(entry: Entry) {
  const properties = {
    schemaVersion: { const: 2 },
    mediaType: { const: mediaTypes.ociIndex },
    manifests: { type: "array", items: entry },
  } as const;
  return {
    [mediaTypes.ociIndex]: { type: "object", properties, required: ["schemaVersion", "mediaType", "manifests"] },
  } as const satisfies Content;
}

/** The body of a list of referrers. */
export const referrers = listing({
  ...descriptor,
  properties: { ...descriptor.properties, artifactType: mediaType, annotations },
});

/** The body of a tag history. */
export const history = listing({
  description: "An event of the tag. If the manifest was deleted, the entry has only its digest and annotations.",
  type: "object",
  properties: { ...descriptor.properties, annotations },
  required: ["digest", "annotations"],
});

/** The body of a list of extensions. */
export const extensionList = {
  [mediaTypes.json]: {
    type: "object",
    properties: {
      extensions: {
        type: "array",
        items: {
          type: "object",
          properties: {
            name: { type: "string", pattern: "^_[a-z0-9]+$" },
            url: { type: "string" },
            description: { type: "string" },
            endpoints: { type: "array", items: { type: "string", pattern: "^/v2/" }, minItems: 1 },
          },
          required: ["name", "url", "description", "endpoints"],
        },
      },
    },
    required: ["extensions"],
  },
} as const satisfies Content;

/** The body of `/v2/`: an empty JSON object. */
export const nothing = { [mediaTypes.json]: { type: "object" } } as const satisfies Content;

/** The body of a tag list. */
export const tagList = {
  [mediaTypes.json]: {
    type: "object",
    properties: { name, tags: { type: "array", items: { type: "string", pattern: tagPattern } } },
    required: ["name", "tags"],
  },
} as const satisfies Content;

/** The body of the catalogue. */
export const repositoryList = {
  [mediaTypes.json]: {
    type: "object",
    properties: { repositories: { type: "array", items: name } },
    required: ["repositories"],
  },
} as const satisfies Content;

/** The body of every error: the envelope of the specification ("Error Codes"). */
export const errorEnvelope: Schema = {
  description: "The errors of the request. A list of several errors has the same cause.",
  type: "object",
  properties: {
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: {
          code: { type: "string" },
          message: { description: "What is wrong, for people.", type: "string" },
          detail: { description: "The values that the error is about." },
        },
        required: ["code", "message"],
      },
      minItems: 1,
    },
  },
  required: ["errors"],
};
