import { uploadPath } from "../api/routes.ts";
import { LineFull } from "../base/async/fair-line.ts";
import { ociLimits } from "../oci/limits.ts";
import { codeOf, entryOf, RegistryError } from "../oci/errors.ts";
import type { Dialect, ErrorFacts, ErrorItem, Failure } from "../oci/errors.ts";
import { formatUploadRange } from "../oci/range.ts";
import { BodyInterrupted } from "../registry/uploads/chunk.ts";

/** A failure as it is sent to a client. */
export interface Problem {
  readonly failure: Failure;
  /** The failure of each item in the body. */
  readonly itemFailures: readonly Failure[];
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The error body of the specification ("Error Codes"). */
  readonly body: string;
}

/**
 * Makes the response for an error. It is the only place that does so. An unknown error is a defect of the registry:
 * its detail is only in the log.
 */
export function problemOf(error: unknown, requestId: string, dialect: Dialect = "today"): Problem {
  const { failure, items, facts } = toRegistryError(error, requestId);
  const lines = items.map((item) => lineOf(item.failure ?? failure, item, dialect));
  return {
    failure,
    itemFailures: items.map((item) => item.failure ?? failure),
    status: entryOf(failure).status,
    headers: headersOf(facts, dialect),
    body: JSON.stringify({ errors: lines }),
  };
}

/** The reason of a failure for the log, with the stack of a defect. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function lineOf(failure: Failure, { message = entryOf(failure).message, detail }: ErrorItem, dialect: Dialect) {
  const code = codeOf(failure, dialect);
  return { code, message, detail: code === "UNKNOWN_LAYER" ? unknownLayer(detail) : detail };
}

/** The detail of a missing layer in the form of 2014, as a manifest names it. */
function unknownLayer(detail: unknown): unknown {
  const isDigest = typeof detail === "object" && detail !== null && "digest" in detail;
  return isDigest ? { unknown: { blobSum: detail.digest } } : detail;
}

function toRegistryError(error: unknown, requestId: string): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof BodyInterrupted)
    return new RegistryError("REQUEST_MALFORMED", { message: "the request body was interrupted" });
  if (error instanceof LineFull)
    return new RegistryError("TOO_MANY_REQUESTS", {}, { retryAfterSeconds: ociLimits.retryAfterSeconds });
  return new RegistryError("INTERNAL", { detail: { request: requestId } });
}

function headersOf(facts: ErrorFacts, dialect: Dialect): Record<string, string> {
  const { session, size, allow, retryAfterSeconds, challenge, closes } = facts;
  return {
    ...(session && {
      Location: uploadPath(dialect, session),
      Range: formatUploadRange(session.offset),
      "Docker-Upload-UUID": session.id,
    }),
    ...(size !== undefined && { "Content-Range": `bytes */${size}` }),
    ...(allow && { Allow: allow.join(", ") }),
    ...(retryAfterSeconds !== undefined && { "Retry-After": String(retryAfterSeconds) }),
    ...(challenge !== undefined && { "WWW-Authenticate": challenge }),
    ...(closes && { Connection: "close" }),
  };
}
