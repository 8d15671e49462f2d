import type { Failure } from "../../oci/errors.ts";

/**
 * What is logged and counted for one request. It is filled in during the request and written once at its end. It
 * contains no header except the user agent, and no query, so it cannot contain a credential.
 */
export interface RequestEvent {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  remote?: string | undefined;
  userAgent?: string | undefined;
  /** The name of the principal that makes the request; absent if the request was refused before the name was known. */
  actor?: string;
  /** The id of the row; absent if no row matches. */
  row?: string;
  outcome?: string;
  /** The path template, if the path matches a row but the method does not. */
  template?: string;
  /** The name of the refused parameter. */
  parameter?: string;
  failure?: Failure;
  status?: number;
  /** Milliseconds from receiving the request's headers to sending the response headers, without the bodies. */
  headersMs?: number;
  /** Milliseconds from receiving the request's headers to the last byte that the runtime gave to the kernel. */
  durationMs?: number;
  /** The number of received bytes of the request body; absent if the operation has none. */
  receivedBytes?: number;
  /**
   * The number of bytes of the response body, even if it is not sent completely; absent if there is none, or if its
   * length is not known in advance.
   */
  sentBytes?: number | undefined;
  /** The repository in the path. */
  repository?: string;
  /** The tag or the digest in the path. */
  reference?: string;
  /** Whether the request is a probe or a scrape. A successful one is logged only at level debug. */
  routine?: boolean;
  /** The reason of a failure. The client does not see it. */
  error?: string;
  /** The part of the response that its row does not declare. */
  breach?: string;
}

/** An observer of finished requests: the log, the metrics, or the recorder of the tests. */
export interface Observer {
  /** False if it does not read `remote`. Then the client's address is looked up only if a budget needs it. */
  readonly needsAddress?: boolean;
  finished(event: RequestEvent): void;
}
