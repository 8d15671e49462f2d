import type { Failure } from "../../oci/errors.ts";

/**
 * What is told about one request: filled in along the way, written once at its end. It holds no header but the user agent
 * and no query, so that no credential can get into it.
 */
export interface RequestEvent {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  remote?: string | undefined;
  userAgent?: string | undefined;
  /** Name of the principal that makes the request; absent if the request was refused before that is known. */
  actor?: string;
  /** The row's id; absent where no row matched. */
  row?: string;
  outcome?: string;
  /** The path template, where the path is known but not the method. */
  template?: string;
  /** The parameter that was refused. */
  parameter?: string;
  failure?: Failure;
  status?: number;
  /** Milliseconds from receiving the request's headers to sending the response headers; the bodies are not in it. */
  headersMs?: number;
  /** Bytes of the request body that arrived; absent where the operation takes none. */
  receivedBytes?: number;
  /** Bytes of the response body, sent completely or not; absent where there is none, or its length is not known before. */
  sentBytes?: number | undefined;
  /** The repository that the path names. */
  repository?: string;
  /** A probe or scrape: one that succeeds is not worth a line. */
  routine?: boolean;
  /** Why, in words that the client does not get to see. */
  error?: string;
  /** A reply that its row did not announce. */
  breach?: string;
}

/** Takes what happened to where it is wanted: the log, the metrics, the tests' recorder. */
export interface Observer {
  /** False where it does not read `remote`: then the system is asked for the client's address only where a budget needs it. */
  readonly needsAddress?: boolean;
  finished(event: RequestEvent): void;
}
