/**
 * Defines the types of the API table. A row is data that describes one operation of the API. At run time, the router, the
 * parameter binder, the access check, the reply check and the error mapper read the rows. The generated documents and the tests
 * read them too.
 */
import type { RegistryAction, RepositoryAction } from "../auth/grant.ts";
import type { Dialect, Failure } from "../oci/errors.ts";
import type { Codec } from "./codec.ts";
import type { ReplyHeader } from "./headers.ts";
import type { Schema } from "./schema.ts";

/** The HTTP methods of the API. */
export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A query parameter or a request header of a row. */
export interface Parameter<T = unknown> {
  readonly codec: Codec<T>;
  readonly doc: string;
  readonly required?: true;
  /** The parameter may be repeated, at most this number of times. Its value is a list. */
  readonly repeated?: number;
  /** The request works without the parameter: an invalid value counts as absent. */
  readonly hint?: true;
  /** An empty value of the header counts as absent. For optional query parameters this always applies. */
  readonly mayBeEmpty?: true;
}

/**
 * The access that a row requires: an action, and the path parameter that names its object. A row without access allows
 * everyone.
 */
export type Access =
  | { readonly action: RegistryAction }
  /** `each` is a repeated query parameter whose values are objects of the same action. */
  | { readonly action: RepositoryAction; readonly object?: string; readonly each?: string }
  /**
   * `from` is a second repository to read from, which query parameters name. If the client may not read it, the row
   * continues without it.
   */
  | {
      readonly action: RepositoryAction;
      readonly object?: string;
      readonly from: { readonly action: "pull"; readonly repository: string; readonly object: string };
    };

/** The media types that a body may have, each with the schema of its documents. The schema `{}` accepts everything. */
export type Content = Readonly<Record<string, Schema>>;

/** The request body of a row. */
export type Body =
  /** The row takes no body. Lading reads and discards the bytes of a client that sends one. */
  | { readonly kind: "none" }
  /** The body is buffered in memory, at most `maxBytes` bytes. */
  | { readonly kind: "bytes"; readonly maxBytes: number; readonly content: Content }
  /**
   * The body is a JSON document that matches the schema, in at most `maxBytes` bytes. The handler gets its value. Lading
   * refuses every other body, with the first place where it does not match.
   */
  | { readonly kind: "json"; readonly maxBytes: number; readonly schema: Schema }
  /** The body is streamed and never buffered as a whole. */
  | { readonly kind: "stream"; readonly maxBytes: number; readonly content: Content };

/** One of the successful replies of a row. */
export type Success = ContentSuccess | Redirect;

/** A reply that has the content of the request, or needs none. */
export interface ContentSuccess {
  readonly status: number;
  readonly doc: string;
  readonly headers: readonly ReplyHeader[];
  readonly optionalHeaders?: readonly ReplyHeader[];
  /**
   * The kind of the body. `document` is bytes that Lading generates once. `stream` is bytes of unknown length that the
   * handler makes while the client receives them (`streamed-reply.ts`).
   */
  readonly body: "none" | "json" | "text" | "manifest" | "blob" | "document" | "stream";
  /**
   * The media types of the body. If absent, `content.ts` derives them from `body`. A single media type becomes the
   * Content-Type.
   */
  readonly content?: Content;
}

/**
 * A reply that sends the client to another URL. `Cache-Control` says for how long a cache may store the reply, because
 * the URL may be valid for a limited time only.
 */
export interface Redirect {
  readonly status: 302 | 303 | 307 | 308;
  readonly doc: string;
  readonly headers: readonly ["Location", "Cache-Control", ...ReplyHeader[]];
  readonly optionalHeaders?: readonly ReplyHeader[];
  readonly body: "redirect";
  readonly content?: undefined;
}

/** A row of the API table: one operation of the API. */
export interface Row {
  /** The unique id of the row. It is also the label in logs and metrics. */
  readonly id: string;
  readonly summary: string;
  /**
   * The clauses that define the row: `end-N` of the OCI specification, `DV2` for the Docker Registry HTTP API V2,
   * `lading` for Lading's own.
   */
  readonly source: readonly [string, ...string[]];
  readonly method: Method;
  /** The id of the GET row from which this HEAD row is derived (`heads.ts`). */
  readonly headOf?: string;
  /** The path template. `{name}` matches one or more segments, each other parameter matches one. */
  readonly path: string;
  /** The name of the path in each dialect, if other code builds links to it (`routes.ts`). */
  readonly route?: Readonly<Partial<Record<Dialect, string>>>;
  /**
   * Web pages of other sites may link to the row, because its reply shows nothing of the registry's content. If absent, Lading
   * refuses such a request of a browser.
   */
  readonly linkable?: true;
  /** The reply contains the host that the client has requested. The handler gets the host. */
  readonly asksHost?: true;
  /** The dialect of the row's errors. If absent, `today`. */
  readonly dialect?: Dialect;
  /**
   * Query keys whose presence selects this row among those with the same method and path. The row with the most keys
   * wins.
   */
  readonly when?: readonly string[];
  readonly parameters: Readonly<Record<string, Codec<unknown>>>;
  readonly query: Readonly<Record<string, Parameter>>;
  /** Request headers, in lower case. */
  readonly headers: Readonly<Record<string, Parameter>>;
  readonly access?: Access;
  readonly body: Body;
  readonly successes: Readonly<Record<string, Success>>;
  /** The failures of the row, in addition to those that its access, parameters and body limits imply (`failures.ts`). */
  readonly failures: readonly Failure[];
  /** Monitoring requests the row continuously, so the log omits its successes (except at level `debug`). */
  readonly routine?: boolean;
  /** The row changes something, so it fails if the registry cannot write. */
  readonly writes: boolean;
}
