import type { Log } from "../base/log.ts";
import type { Observer, RequestEvent } from "./request-event.ts";

/** Writes one line for each request, or only for those that failed inside. */
export function requestLog(log: Log, onlyFailures: boolean): Observer {
  return {
    finished(event: RequestEvent) {
      const failed = (event.status ?? 500) >= 500 || event.breach !== undefined;
      if (onlyFailures && !failed) return;
      log.event("request", event);
    },
  };
}
