import { httpLimits } from "../limits.ts";
import { pairs, textOf, type Log, type LogLevel } from "../../base/log.ts";
import type { Observer, RequestEvent } from "./request-event.ts";

/** Writes one line for each request. */
export function requestLog(log: Log): Observer {
  return {
    finished(event: RequestEvent) {
      log.event("request", shortened(event), levelOf(event), inWords);
    },
  };
}

/** A head may have 64 KiB, and what a client puts into it must not fill the disk that holds the log. */
function shortened(event: RequestEvent): RequestEvent {
  const { userAgent = "", path, error = "" } = event;
  const isInline =
    userAgent.length <= httpLimits.loggedUserAgentCharacters &&
    path.length <= httpLimits.loggedPathCharacters &&
    error.length <= httpLimits.loggedErrorCharacters;
  if (isInline) return event;
  return {
    ...event,
    path: path.slice(0, httpLimits.loggedPathCharacters),
    userAgent: event.userAgent?.slice(0, httpLimits.loggedUserAgentCharacters),
    ...(event.error !== undefined && { error: event.error.slice(0, httpLimits.loggedErrorCharacters) }),
  };
}

/** Routine requests that succeed are only of interest while something is being debugged. */
function levelOf({ status = 500, breach, routine = false }: RequestEvent): LogLevel {
  if (status >= 500 || breach !== undefined) return "error";
  return routine && status < 400 ? "debug" : "info";
}

/** A request as a person reads it at a terminal. */
function inWords({ method, path, status, headersMs, remote, failure, error, userAgent, breach }: RequestEvent): string {
  return `${textOf(method)} ${textOf(path)} ${status} ${headersMs} ms${pairs({ remote, failure, error, userAgent, breach })}`;
}
