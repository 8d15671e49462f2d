import type { RequestEvent } from "./request-event.ts";

/**
 * Returns the fields of a request's JSON line. A field for which OpenTelemetry's semantic conventions have an attribute
 * has the name, the meaning and the unit of the attribute (docs/decisions/0031).
 */
export function attributesOf(event: RequestEvent): object {
  const attributes = {
    id: event.id,
    "http.request.method": event.method,
    "url.path": event.path,
    operation: event.row,
    repository: event.repository,
    reference: event.reference,
    "http.response.status_code": event.status,
    outcome: event.outcome,
    "http.request.body.size": event.receivedBytes,
    "http.response.body.size": event.sentBytes,
    "http.server.request.duration": secondsOf(event.durationMs),
    "client.address": event.remote,
    "user_agent.original": event.userAgent,
    "user.name": event.actor,
  };
  // Each absent field has its cost too, and most requests have none of the others.
  return isOrdinary(event) ? attributes : { ...attributes, ...otherAttributesOf(event) };
}

/** Whether a request succeeded and its response was sent at once. */
function isOrdinary({ outcome, error, breach, headersMs, durationMs }: RequestEvent): boolean {
  return outcome !== undefined && error === undefined && breach === undefined && headersMs === durationMs;
}

function otherAttributesOf({
  template,
  parameter,
  failure,
  error,
  breach,
  headersMs,
  durationMs,
}: RequestEvent): object {
  return {
    "http.route": template,
    parameter,
    "error.type": failure,
    error,
    breach,
    headersSeconds: headersMs === durationMs ? undefined : secondsOf(headersMs),
  };
}

/** Seconds to the microsecond. */
function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 1e3) / 1e6;
}
