import { pathOf } from "../api/path.ts";
import { table } from "../api/table.ts";
import { entryOf, RegistryError, type ErrorFacts, type Failure } from "../oci/errors.ts";
import { formatUploadRange } from "../oci/range.ts";
import { BodyInterrupted } from "../registry/chunk.ts";

/** A failure on its way to the wire. */
export interface Problem {
  readonly failure: Failure;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The envelope of the specification ("Error Codes"). */
  readonly body: string;
}

/** The one place where an error becomes a reply. What is not ours is a defect: its detail stays in the log. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = toRegistryError(error, requestId);
  const { code, status, message } = entryOf(known.failure);
  const errors = known.items.map((item) => ({ code, message: item.message ?? message, detail: item.detail }));
  return {
    failure: known.failure,
    status,
    headers: headersOf(known.facts),
    body: JSON.stringify({ errors }),
  };
}

function toRegistryError(error: unknown, requestId: string): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof BodyInterrupted)
    return new RegistryError("REQUEST_MALFORMED", { message: "the body broke off" });
  return new RegistryError("INTERNAL", { detail: { request: requestId } });
}

function headersOf({ session, size, allow, retryAfterSeconds, challenge }: ErrorFacts): Record<string, string> {
  return {
    ...(session && {
      Location: pathOf(table.uploadAppend, { name: session.repository, session: session.id }),
      Range: formatUploadRange(session.offset),
      "Docker-Upload-UUID": session.id,
    }),
    ...(size !== undefined && { "Content-Range": `bytes */${size}` }),
    ...(allow && { Allow: allow.join(", ") }),
    ...(retryAfterSeconds !== undefined && { "Retry-After": String(retryAfterSeconds) }),
    ...(challenge !== undefined && { "WWW-Authenticate": challenge }),
  };
}
