import type { Server } from "bun";
import type { RequestEvent } from "./observe/request-event.ts";

/** Path and query of a request, as the server cut them from its target. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** A request, and what is told about it. */
export interface Call {
  readonly request: Request;
  readonly target: Target;
  readonly server: Server<unknown>;
  readonly event: RequestEvent;
  /** The address of the client (`clientAddress`). */
  readonly remote: () => string | undefined;
  /** The file that the runtime sends the reply's body from, once that is known; absent where there is none. */
  file?: string | undefined;
}
