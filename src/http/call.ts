import type { Server } from "bun";
import type { RequestEvent } from "./observe/request-event.ts";

/** The path and the query of a request. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A request with what is logged about it. */
export interface Call {
  readonly request: Request;
  readonly target: Target;
  readonly server: Server<unknown>;
  readonly event: RequestEvent;
  /** The address of the client (`clientAddress`). */
  readonly remote: () => string | undefined;
  /** The file that the runtime sends the response body from, after it is known; absent if there is none. */
  file?: string | undefined;
  /** Whether the runtime may send the response body later than in this turn of the event loop. */
  sendsLater?: boolean;
  /** Resolves when a response of unknown length has ended; absent for other responses. */
  streamed?: Promise<void> | undefined;
}
