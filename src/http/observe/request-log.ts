import { httpLimits } from "../limits.ts";
import type { LineFormat, Log, LogLevel } from "../../base/log.ts";
import { attributesOf } from "./request-attributes.ts";
import type { Observer, RequestEvent } from "./request-event.ts";
import { lineOf } from "./request-line.ts";

/** Makes an observer that writes one line for each request. */
export function requestLog(log: Log): Observer {
  return {
    finished(event: RequestEvent) {
      log.event("request", shortened(event), levelOf(event), format);
    },
  };
}

const format: LineFormat<RequestEvent> = { json: attributesOf, text: lineOf };

/** Shortens long texts. Request headers may have 64 KiB, and a client must not fill the disk with log lines. */
function shortened(event: RequestEvent): RequestEvent {
  const { userAgent = "", path, error = "" } = event;
  const isShort =
    userAgent.length <= httpLimits.loggedUserAgentCharacters &&
    path.length <= httpLimits.loggedPathCharacters &&
    error.length <= httpLimits.loggedErrorCharacters;
  if (isShort) return event;
  return {
    ...event,
    path: path.slice(0, httpLimits.loggedPathCharacters),
    userAgent: event.userAgent?.slice(0, httpLimits.loggedUserAgentCharacters),
    ...(event.error !== undefined && { error: event.error.slice(0, httpLimits.loggedErrorCharacters) }),
  };
}

/** The level of a line. Successful probes and scrapes are logged at level debug. */
function levelOf({ status = 500, failure, breach, routine = false }: RequestEvent): LogLevel {
  // A response may fail after its status was sent.
  if (status >= 500 || failure === "INTERNAL" || breach !== undefined) return "error";
  return routine && status < 400 ? "debug" : "info";
}
