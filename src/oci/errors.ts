import { ociLimits } from "./limits.ts";

/**
 * The closed catalogue of everything that a client can be told went wrong.
 *
 * A key names the cause; `code` and `status` are what goes over the wire. Several causes may share a code, because the
 * specification allows 14 codes and no others in a 4xx reply ("Error Codes", distribution-spec main). `UNKNOWN` and
 * `UNAVAILABLE` only stand in 5xx replies, which the list does not cover.
 */
export interface CatalogueEntry {
  readonly code: string;
  /** The same in the words of late 2014, where there was one: what the rows of that time say. */
  readonly codeIn2014?: string;
  /** HTTP status. */
  readonly status: number;
  /** One sentence that says what was wrong; a thrown error may say it more exactly. */
  readonly message: string;
  /** What the user can do about it. */
  readonly advice: string;
  /** Headers that a reply with this failure carries. */
  readonly headers?: readonly string[];
  /** Where the code comes from. */
  readonly source: string;
}

export const catalogue = {
  BLOB_UNKNOWN: {
    code: "BLOB_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER",
    status: 404,
    message: "the blob is not in this repository",
    advice: "Check the digest and the repository; a blob of another repository has to be mounted or pushed first.",
    source: "code-1",
  },
  UPLOAD_INVALID: {
    code: "BLOB_UPLOAD_INVALID",
    status: 400,
    message: "the upload was interrupted",
    advice: "Ask the session for its offset and continue there, or start again.",
    source: "code-2",
  },
  CHUNK_OUT_OF_ORDER: {
    code: "BLOB_UPLOAD_INVALID",
    status: 416,
    message: "the chunk does not start where the upload session stands",
    advice: "Continue at the byte after the end that the Range header of this reply names.",
    headers: ["Location", "Range", "Docker-Upload-UUID"],
    source: "code-2",
  },
  UPLOAD_UNKNOWN: {
    code: "BLOB_UPLOAD_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER_UPLOAD",
    status: 404,
    message: "no such upload session in this repository",
    advice: "The session was finished, cancelled or has expired; start a new one.",
    source: "code-3",
  },
  DIGEST_INVALID: {
    code: "DIGEST_INVALID",
    codeIn2014: "INVALID_DIGEST",
    status: 400,
    message: "the digest is malformed or missing",
    advice: "A digest is `sha256:` and 64, or `sha512:` and 128, lower-case hexadecimal digits.",
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
    message: "the content does not have the digest that was given",
    advice: "The bytes were changed on the way or the digest is that of other content; push again.",
    source: "code-4",
  },
  MANIFEST_BLOB_UNKNOWN: {
    code: "MANIFEST_BLOB_UNKNOWN",
    codeIn2014: "UNKNOWN_LAYER",
    status: 400,
    message: "the manifest refers to content that is not in this repository",
    advice: "Push or mount what is listed, then push the manifest again.",
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
    message: "the manifest has no signature that holds",
    advice: "The detail names the place in the document; sign it again, or push it as it was signed.",
    source: "code-6",
  },
  MANIFEST_UNKNOWN: {
    code: "MANIFEST_UNKNOWN",
    codeIn2014: "UNKNOWN_MANIFEST",
    status: 404,
    message: "the manifest is not in this repository",
    advice: "Check the tag or digest; the tag list shows what there is.",
    source: "code-7",
  },
  NAME_INVALID: {
    code: "NAME_INVALID",
    codeIn2014: "INVALID_NAME",
    status: 400,
    message: "the repository name is not valid",
    advice: "Components of lower-case letters and digits, joined by single `.`, `_`, `__` or dashes, separated by `/`.",
    source: "code-8",
  },
  TAG_INVALID: {
    code: "NAME_INVALID",
    codeIn2014: "INVALID_TAG",
    status: 400,
    message: "the tag is not valid",
    advice: "A tag starts with a letter, digit or `_` and has at most 128 of letters, digits, `.`, `_` and `-`.",
    source: "code-8",
  },
  NAME_UNKNOWN: {
    code: "NAME_UNKNOWN",
    codeIn2014: "UNKNOWN_REPOSITORY",
    status: 404,
    message: "there is no such repository",
    advice: "Check the name; a repository is made by the first push to it.",
    source: "code-9",
  },
  SIZE_INVALID: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 400,
    message: "the length of the body is not what was announced",
    advice: "Content-Length and Content-Range have to agree with the bytes that are sent.",
    source: "code-10",
  },
  BODY_TOO_LARGE: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 413,
    message: "the body is larger than this registry takes",
    advice: "The detail names the limit in bytes.",
    source: "code-10",
  },
  BODY_TIMED_OUT: {
    code: "SIZE_INVALID",
    codeIn2014: "INVALID_LENGTH",
    status: 408,
    message: "the body did not arrive in time",
    advice:
      "Ask an upload session for its offset and continue there; push a manifest again. The operator can allow longer pauses (`upload-silence`).",
    source: "code-10",
  },
  RANGE_UNSATISFIABLE: {
    code: "SIZE_INVALID",
    status: 416,
    message: "the range asked for lies outside of the blob",
    advice: "The Content-Range header of this reply names the blob's size.",
    headers: ["Content-Range"],
    source: "code-10",
  },
  UNAUTHORIZED: {
    code: "UNAUTHORIZED",
    status: 401,
    message: "authentication is required",
    advice: "Log in and try again.",
    headers: ["WWW-Authenticate"],
    source: "code-11",
  },
  DENIED: {
    code: "DENIED",
    status: 403,
    message: "the access asked for is denied",
    advice: "Ask the operator for the right to do this.",
    source: "code-12",
  },
  HOST_DENIED: {
    code: "DENIED",
    status: 403,
    message: "a browser asked for a host name that is not known to be this registry's",
    advice: "Add the host that the detail names to the setting `allowed-hosts`, or set `public-address`.",
    source: "code-12",
  },
  ORIGIN_DENIED: {
    code: "DENIED",
    status: 403,
    message: "a browser sent this for a web page of another origin, which may not use this registry",
    advice: "Add the origin that the detail names to the setting `cors-origins`, if the page may use the registry.",
    source: "code-12",
  },
  METHOD_UNSUPPORTED: {
    code: "UNSUPPORTED",
    status: 405,
    message: "the method is not supported here",
    advice: "The Allow header of this reply lists the methods that are.",
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
    message: "what is there is not what the request's condition asks for",
    advice: "Read what is there now, decide again, and push with its ETag in If-Match.",
    source: "code-13",
  },
  ROUTE_UNKNOWN: {
    code: "UNSUPPORTED",
    status: 404,
    message: "there is no such route",
    advice: "The API reference lists the routes.",
    source: "code-13",
  },
  REQUEST_MALFORMED: {
    code: "UNSUPPORTED",
    status: 400,
    message: "the request is malformed",
    advice: "The detail names the header or parameter.",
    source: "code-13",
  },
  TOO_MANY_VALUES: {
    code: "UNSUPPORTED",
    status: 414,
    message: "a parameter stands in the query too often",
    advice: "The detail names the limit; send the rest in further requests.",
    source: "code-13",
  },
  TOO_MANY_REQUESTS: {
    code: "TOOMANYREQUESTS",
    status: 429,
    message: "too many requests at once",
    advice: "Try again after the time that the Retry-After header names.",
    headers: ["Retry-After"],
    source: "code-14",
  },
  INTERNAL: {
    code: "UNKNOWN",
    status: 500,
    message: "an internal error; the log has the request's id",
    advice: "Try again; if it stays, give the request's id to the operator.",
    source: "Docker V2",
  },
  UNAVAILABLE: {
    code: "UNAVAILABLE",
    status: 503,
    message: "the registry cannot store anything at the moment",
    advice: "Try again after the time that the Retry-After header names; the operator's log names the cause.",
    headers: ["Retry-After"],
    source: "Docker V2",
  },
} as const satisfies Record<string, CatalogueEntry>;

export type Failure = keyof typeof catalogue;

export function entryOf(failure: Failure): CatalogueEntry {
  return catalogue[failure];
}

/** Whose words a reply speaks: the specification's, or those of the first routes, of late 2014. */
export type Dialect = "today" | "2014";

/** What had no code in 2014 keeps that of today. */
export function codeOf(failure: Failure, dialect: Dialect): string {
  const { code, codeIn2014 = code } = entryOf(failure);
  return dialect === "2014" ? codeIn2014 : code;
}

/** Facts that the wire shows as headers; the error mapper knows how. */
export interface ErrorFacts {
  /** The session that a refused chunk was sent to, and its true offset in bytes. */
  readonly session?: { readonly repository: string; readonly id: string; readonly offset: number };
  /** Size in bytes of the blob that a refused range was asked of. */
  readonly size?: number;
  /** Methods that would be answered. */
  readonly allow?: readonly string[];
  readonly retryAfterSeconds?: number;
  readonly challenge?: string;
  /** The connection is closed after the reply: the rest of the request is not waited for. */
  readonly closes?: boolean;
}

/** One line of the error envelope. */
export interface ErrorItem {
  /** Where it is another one than the reply's, whose status this reply has all the same. */
  readonly failure?: Failure;
  /** In our words only: the first one's also stands in the log. */
  readonly message?: string;
  /** What the request held stands here. */
  readonly detail?: unknown;
}

/** What the core throws. Anything else that is thrown is a defect and answers as INTERNAL, its detail kept in the log. */
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

/** Something that the registry stands on cannot do its part. The reason is for the log: the client cannot mend it. */
export class UnavailableError extends RegistryError {
  constructor(reason: string) {
    super("UNAVAILABLE", {}, { retryAfterSeconds: ociLimits.retryAfterSeconds });
    this.name = "UnavailableError";
    this.message = reason;
  }
}
