import { ociLimits } from "./limits.ts";

/**
 * An entry of the error catalogue: one cause of an error reply. The key of the entry names the cause. The client receives
 * `code` and `status`.
 *
 * Several causes may share a code, because the specification allows only 14 codes in a 4xx reply ("Error Codes",
 * distribution-spec main). `UNKNOWN` and `UNAVAILABLE` occur only in 5xx replies, which that list does not cover.
 */
export interface CatalogueEntry {
  readonly code: string;
  /** The code in replies of the paths of 2014, if that API had a code for this cause. */
  readonly codeIn2014?: string;
  /** HTTP status. */
  readonly status: number;
  /** One sentence that says what is wrong. A thrown error may have a more exact message. */
  readonly message: string;
  /** What the user can do about it. */
  readonly advice: string;
  /** Headers that every reply with this failure has. */
  readonly headers?: readonly string[];
  /** The clause that defines the code or the case (docs/coverage.md). */
  readonly source: string;
}

/** The catalogue of all errors that Lading sends. Its keys are the causes. */
export const catalogue = {
  BLOB_UNKNOWN: {
    code: "BLOB_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER",
    status: 404,
    message: "the blob is not in this repository",
    advice: "Check the digest and the repository. If another repository has the blob, mount it from there or push it.",
    source: "code-1",
  },
  UPLOAD_INVALID: {
    code: "BLOB_UPLOAD_INVALID",
    status: 400,
    message: "the upload was interrupted",
    advice: "Send a GET to the upload session, continue at its offset, or start a new upload session.",
    source: "code-2",
  },
  CHUNK_OUT_OF_ORDER: {
    code: "BLOB_UPLOAD_INVALID",
    status: 416,
    message: "the chunk does not start at the offset of the upload session",
    advice: "Continue at the byte after the last position in the Range header of this reply.",
    headers: ["Location", "Range", "Docker-Upload-UUID"],
    source: "code-2",
  },
  UPLOAD_UNKNOWN: {
    code: "BLOB_UPLOAD_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER_UPLOAD",
    status: 404,
    message: "the upload session does not exist in this repository",
    advice: "The upload session has finished, was cancelled or has expired. Start a new one.",
    source: "code-3",
  },
  DIGEST_INVALID: {
    code: "DIGEST_INVALID",
    codeIn2014: "INVALID_DIGEST",
    status: 400,
    message: "the digest is malformed or missing",
    advice: "A digest is `sha256:` with 64 or `sha512:` with 128 lower-case hexadecimal digits.",
    source: "code-4",
  },
  DIGEST_UNSUPPORTED: {
    code: "DIGEST_INVALID",
    codeIn2014: "INVALID_DIGEST",
    status: 400,
    message: "the digest algorithm is not supported",
    advice: "Use sha256 or sha512.",
    source: "code-4",
  },
  DIGEST_MISMATCH: {
    code: "DIGEST_INVALID",
    codeIn2014: "INVALID_DIGEST",
    status: 400,
    message: "the content does not match the digest of the request",
    advice: "The bytes changed in transit, or the digest is the digest of other content. Push again.",
    source: "code-4",
  },
  MANIFEST_BLOB_UNKNOWN: {
    code: "MANIFEST_BLOB_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER",
    status: 400,
    message: "the manifest refers to content that is not in this repository",
    advice: "Push or mount the content that the errors list. Then push the manifest again.",
    source: "code-5",
  },
  MANIFEST_INVALID: {
    code: "MANIFEST_INVALID",
    codeIn2014: "INVALID_MANIFEST",
    status: 400,
    message: "the manifest is not valid",
    advice: "The detail names the place in the document.",
    source: "code-6",
  },
  MANIFEST_UNVERIFIED: {
    code: "MANIFEST_INVALID",
    codeIn2014: "UNVERIFIED_MANIFEST",
    status: 400,
    message: "the manifest has no valid signature",
    advice:
      "The detail names the place in the document. Sign the manifest again, or push the signed document unchanged.",
    source: "code-6",
  },
  MANIFEST_UNKNOWN: {
    code: "MANIFEST_UNKNOWN",
    codeIn2014: "UNKNOWN_MANIFEST",
    status: 404,
    message: "the manifest is not in this repository",
    advice: "Check the tag or digest. The tag list has all tags of the repository.",
    source: "code-7",
  },
  NAME_INVALID: {
    code: "NAME_INVALID",
    codeIn2014: "INVALID_NAME",
    status: 400,
    message: "the repository name is not valid",
    advice:
      "A name has components of lower-case letters and digits, joined by `.`, `_`, `__` or dashes. `/` separates the components.",
    source: "code-8",
  },
  TAG_INVALID: {
    code: "NAME_INVALID",
    codeIn2014: "INVALID_TAG",
    status: 400,
    message: "the tag is not valid",
    advice: "A tag has at most 128 letters, digits, `_`, `.` and `-`. It starts with a letter, a digit or `_`.",
    source: "code-8",
  },
  NAME_UNKNOWN: {
    code: "NAME_UNKNOWN",
    codeIn2014: "UNKNOWN_REPOSITORY",
    status: 404,
    message: "the repository does not exist",
    advice: "Check the name. The first push to a repository creates it.",
    source: "code-9",
  },
  SIZE_INVALID: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 400,
    message: "the length of the body differs from the announced length",
    advice: "Content-Length and Content-Range must match the bytes that the client sends.",
    source: "code-10",
  },
  BODY_TOO_LARGE: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 413,
    message: "the body is larger than the limit of this registry",
    advice: "The detail names the limit in bytes.",
    source: "code-10",
  },
  BODY_TIMED_OUT: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 408,
    message: "the body did not arrive in time",
    advice:
      "Send a GET to the upload session and continue at its offset. Push a manifest again. The operator can allow longer pauses (setting `upload-silence`).",
    source: "code-10",
  },
  RANGE_UNSATISFIABLE: {
    code: "SIZE_INVALID",
    status: 416,
    message: "the requested range is outside the blob",
    advice: "The Content-Range header of this reply has the size of the blob.",
    headers: ["Content-Range"],
    source: "code-10",
  },
  UNAUTHORIZED: {
    code: "UNAUTHORIZED",
    status: 401,
    message: "authentication is required",
    advice: "Log in and try again. Lading has no accounts yet, so it does not send this error.",
    headers: ["WWW-Authenticate"],
    source: "code-11",
  },
  DENIED: {
    code: "DENIED",
    status: 403,
    message: "the requested access is denied",
    advice: "Ask the operator for access. Lading has no accounts yet, so it does not send this error.",
    source: "code-12",
  },
  HOST_DENIED: {
    code: "DENIED",
    status: 403,
    message: "a browser used a host name that is not a known name of this registry",
    advice: "Add the host in the detail to the setting `allowed-hosts`, or set `public-address`.",
    source: "code-12",
  },
  ORIGIN_DENIED: {
    code: "DENIED",
    status: 403,
    message: "a browser sent the request for a web page of another origin, which may not use this registry",
    advice: "If the page may use the registry, add the origin in the detail to the setting `cors-origins`.",
    source: "code-12",
  },
  METHOD_UNSUPPORTED: {
    code: "UNSUPPORTED",
    status: 405,
    message: "the path does not support this method",
    advice:
      "The Allow header of this reply lists the supported methods. If the operator has set `deletion` to off, clients cannot delete tags, manifests and blobs.",
    headers: ["Allow"],
    source: "code-13",
  },
  CONTENT_REFERENCED: {
    code: "UNSUPPORTED",
    status: 405,
    message: "a manifest of this repository still refers to this content",
    advice: "Delete the manifest that the detail names first.",
    headers: ["Allow"],
    source: "code-13",
  },
  PRECONDITION_FAILED: {
    code: "UNSUPPORTED",
    status: 412,
    message: "the stored content does not meet the condition of the request",
    advice: "Read the current content, decide again, and send the request with its ETag in If-Match.",
    source: "code-13",
  },
  ROUTE_UNKNOWN: {
    code: "UNSUPPORTED",
    status: 404,
    message: "the API has no such path",
    advice: "The API reference lists all paths.",
    source: "code-13",
  },
  REQUEST_MALFORMED: {
    code: "UNSUPPORTED",
    status: 400,
    message: "the request is malformed",
    advice: "The detail names the header, the parameter or the place in the body.",
    source: "code-13",
  },
  MEDIA_TYPE_UNSUPPORTED: {
    code: "UNSUPPORTED",
    status: 415,
    message: "the body has no media type that the operation accepts",
    advice: "Send the body with the Content-Type that the detail names.",
    source: "code-13",
  },
  TOO_MANY_VALUES: {
    code: "UNSUPPORTED",
    status: 414,
    message: "the query repeats a parameter too often",
    advice: "The detail names the limit. Send the remaining values in further requests.",
    source: "code-13",
  },
  TOO_MANY_REQUESTS: {
    code: "TOOMANYREQUESTS",
    status: 429,
    message: "too many requests at the same time",
    advice: "Try again after the number of seconds in the Retry-After header.",
    headers: ["Retry-After"],
    source: "code-14",
  },
  INTERNAL: {
    code: "UNKNOWN",
    status: 500,
    message: "an internal error occurred; the log has the id of the request",
    advice: "Try again. If the error persists, give the id of the request to the operator.",
    source: "Docker V2",
  },
  UNAVAILABLE: {
    code: "UNAVAILABLE",
    status: 503,
    message: "the registry cannot serve this request at the moment",
    advice: "Try again after the number of seconds in the Retry-After header. The log of the registry names the cause.",
    headers: ["Retry-After"],
    source: "Docker V2",
  },
} as const satisfies Record<string, CatalogueEntry>;

/** The name of a cause in the error catalogue. */
export type Failure = keyof typeof catalogue;

/** Returns the catalogue entry of a failure. */
export function entryOf(failure: Failure): CatalogueEntry {
  return catalogue[failure];
}

/**
 * The vocabulary of a reply: `today` has the codes of the OCI specification, `2014` those of the Registry API of late
 * 2014.
 */
export type Dialect = "today" | "2014";

/** Returns the error code of a failure in a dialect. A failure without a code in 2014 has the same code in both dialects. */
export function codeOf(failure: Failure, dialect: Dialect): string {
  const { code, codeIn2014 = code } = entryOf(failure);
  return dialect === "2014" ? codeIn2014 : code;
}

/** Facts about an error that the error mapper writes into reply headers. */
export interface ErrorFacts {
  /** The upload session that refused the chunk, and its current offset in bytes. */
  readonly session?: { readonly repository: string; readonly id: string; readonly offset: number };
  /** Size of the blob in bytes, if the request had an unsatisfiable range. */
  readonly size?: number;
  /** Methods that the path supports. */
  readonly allow?: readonly string[];
  readonly retryAfterSeconds?: number;
  readonly challenge?: string;
  /** Whether the server closes the connection after the reply, without waiting for the rest of the request. */
  readonly closes?: boolean;
}

/** One entry of the list in an error reply. */
export interface ErrorItem {
  /** The failure of this entry, if it differs from the failure of the reply. The reply keeps its own status. */
  readonly failure?: Failure;
  /** A message in Lading's own words, without text from the request: the log contains the message of the first entry. */
  readonly message?: string;
  /** The values that the error is about. Text from the request belongs here. */
  readonly detail?: unknown;
}

/**
 * An error with an entry in the catalogue. The core throws only such errors. Any other thrown value is a defect: the reply is
 * INTERNAL, and only the log has the detail.
 */
export class RegistryError extends Error {
  readonly failure: Failure;
  readonly items: readonly ErrorItem[];
  readonly facts: ErrorFacts;

  constructor(failure: Failure, item: ErrorItem | readonly ErrorItem[] = {}, facts: ErrorFacts = {}) {
    const items: readonly ErrorItem[] = Array.isArray(item) ? item : [item as ErrorItem];
    super(items[0]?.message ?? catalogue[failure].message);
    this.name = "RegistryError";
    this.failure = failure;
    this.items = items;
    this.facts = facts;
  }
}

/**
 * A dependency of the registry, such as the disk, has failed. The reason goes to the log only, because the client
 * cannot act on it.
 */
export class UnavailableError extends RegistryError {
  constructor(reason: string) {
    super("UNAVAILABLE", {}, { retryAfterSeconds: ociLimits.retryAfterSeconds });
    this.name = "UnavailableError";
    this.message = reason;
  }
}
