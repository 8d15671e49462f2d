/**
 * The language of the table: what can be said about one use of the API. A row is data; whatever is written here is read at
 * run time by router, binder, authoriser, reply check and error mapper, and by the generated documents and the tests.
 */
import type { Sender } from "../base/sender.ts";
import type { Grant, ReaderOf, RegistryAction, RepositoryAction } from "../auth/grant.ts";
import type { Dialect, Failure } from "../oci/errors.ts";
import type { Codec } from "./codec.ts";
import type { ReplyHeader } from "./headers.ts";
import type { Schema } from "./schema.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Parameter<T = unknown> {
  readonly codec: Codec<T>;
  readonly doc: string;
  readonly required?: true;
  /** May stand several times, at most so often; the value is a list. */
  readonly repeated?: number;
  /** The request works without it: a value that cannot be read counts as none. */
  readonly hint?: true;
  /** Of a header: an empty value counts as none, as that of an optional query parameter does. */
  readonly mayBeEmpty?: true;
}

/** Action and path parameter that name what is asked for. Absent: everybody may. */
export type Access =
  | { readonly action: RegistryAction }
  /** `each`: a list in the query whose values are objects of the same action. */
  | { readonly action: RepositoryAction; readonly object?: string; readonly each?: string }
  /** A second repository to read from, named by query parameters; without the right to it the row goes on without. */
  | {
      readonly action: RepositoryAction;
      readonly object?: string;
      readonly also: { readonly action: "pull"; readonly repository: string; readonly object: string };
    };

/** Media types that a body may have, each with the schema of its documents; `{}` says nothing of them. */
export type Content = Readonly<Record<string, Schema>>;

export type Body =
  /** What a client sends all the same is drained. */
  | { readonly kind: "none" }
  /** Held in memory, at most `maxBytes` of it. */
  | { readonly kind: "bytes"; readonly maxBytes: number; readonly content: Content }
  /** Streamed, never held. */
  | { readonly kind: "stream"; readonly maxBytes: number; readonly content: Content };

export interface Success {
  readonly status: number;
  readonly doc: string;
  readonly headers: readonly ReplyHeader[];
  readonly optionalHeaders?: readonly ReplyHeader[];
  /** `document`: bytes that were made once. */
  readonly body: "none" | "json" | "text" | "manifest" | "blob" | "document";
  /** Absent where `content.ts` knows it from `body`. With a single media type the reply gets its Content-Type from here. */
  readonly content?: Content;
}

export interface Row {
  /** Unique; the handler's name, and the label in logs and metrics. */
  readonly id: string;
  readonly summary: string;
  /** Clauses: `end-N` of the OCI specification, `DV2` for the Docker Registry HTTP API V2, `lading` for our own. */
  readonly source: readonly [string, ...string[]];
  readonly method: Method;
  /** The id of the GET that this HEAD is derived from (`heads.ts`). */
  readonly headOf?: string;
  /** `{name}` stands for one or more segments, every other parameter for one. */
  readonly path: string;
  /** The path's name where something refers to it, by whose it is (`routes.ts`). */
  readonly route?: Readonly<Partial<Record<Dialect, string>>>;
  /**
   * Links on web pages of other sites may open it in a browser: it says nothing of what the registry holds. Absent, such a
   * request is refused.
   */
  readonly linkable?: true;
  /** The reply names the host that the client has asked for; the handler is given it. */
  readonly asksHost?: true;
  /** The words of its refusals; absent, those of today. */
  readonly dialect?: Dialect;
  /** Query keys whose presence chooses this row among those that share method and path; the most keys win. */
  readonly when?: readonly string[];
  readonly parameters: Readonly<Record<string, Codec<unknown>>>;
  readonly query: Readonly<Record<string, Parameter>>;
  /** Request headers, in lower case. */
  readonly headers: Readonly<Record<string, Parameter>>;
  readonly access?: Access;
  readonly body: Body;
  readonly successes: Readonly<Record<string, Success>>;
  /** What can go wrong beyond what access, parameters and body limits imply (`failures.ts`). */
  readonly failures: readonly Failure[];
  /** Asked for again and again by machines that watch the registry, so that the log leaves out its successes. */
  readonly routine?: boolean;
  /** Changes something, and so can meet a registry that cannot write. */
  readonly writes: boolean;
}

// What a handler is given and gives, derived from its row.

type Parsed<C> = C extends Codec<infer T> ? T : never;
type Values<P extends Readonly<Record<string, Parameter>>> = {
  readonly [K in keyof P]: P[K] extends { readonly repeated: number }
    ? readonly Parsed<P[K]["codec"]>[]
    : P[K] extends { readonly required: true }
      ? Parsed<P[K]["codec"]>
      : Parsed<P[K]["codec"]> | undefined;
};

type ObjectOf<R extends Row, Name> = Name extends keyof R["parameters"] ? Parsed<R["parameters"][Name]> : undefined;
type ObjectName<A> = A extends { readonly object: infer Name } ? Name : undefined;
type GrantOf<R extends Row> = R["access"] extends { readonly action: infer A }
  ? A extends RepositoryAction
    ? Grant<A, ObjectOf<R, ObjectName<R["access"]>>>
    : undefined
  : undefined;
type AlsoOf<R extends Row> = R["access"] extends {
  readonly also: { readonly object: infer Name };
}
  ? Grant<"pull", Name extends keyof R["query"] ? Parsed<R["query"][Name]["codec"]> : never> | undefined
  : undefined;

/** For what can be read in another repository too: asks whether it may be. */
type MayReadOf<R extends Row> = R["access"] extends { readonly also: { readonly object: infer Name } }
  ? ReaderOf<Name extends keyof R["query"] ? Parsed<R["query"][Name]["codec"]> : never>
  : undefined;

type BodyOf<B> = B extends { readonly kind: "bytes" }
  ? Uint8Array
  : B extends { readonly kind: "stream" }
    ? AsyncIterable<Uint8Array>
    : undefined;

export interface Input<R extends Row> {
  readonly path: { readonly [K in keyof R["parameters"]]: Parsed<R["parameters"][K]> };
  readonly query: Values<R["query"]>;
  readonly headers: Values<R["headers"]>;
  readonly grant: GrantOf<R>;
  readonly also: AlsoOf<R>;
  readonly mayRead: MayReadOf<R>;
  readonly body: BodyOf<R["body"]>;
  /** What the requests of one client have in common; undefined where the row does not write. */
  readonly client: string | undefined;
  /** Absent where the row takes no body. */
  readonly sender?: Sender;
  /** The host that the client has asked for, with its port; undefined where that is not a host, or the row does not ask. */
  readonly host: R extends { readonly asksHost: true } ? string | undefined : undefined;
}

type ReplyBody<B extends Success["body"]> = {
  readonly none: undefined;
  readonly json: unknown;
  readonly text: string | Uint8Array;
  readonly manifest: Uint8Array;
  readonly blob: Blob | Uint8Array | ReadableStream<Uint8Array>;
  readonly document: Uint8Array;
}[B];

type ReplyHeaders<S extends Success> = { readonly [H in S["headers"][number]]: string } & (S extends {
  readonly optionalHeaders: readonly (infer O extends string)[];
}
  ? { readonly [H in O]?: string | undefined }
  : unknown);

/** One of the row's successes, with every header that it promises. */
export type Reply<R extends Row> = {
  readonly [K in keyof R["successes"] & string]: {
    readonly outcome: K;
    readonly headers: ReplyHeaders<R["successes"][K]>;
  } & (R["successes"][K]["body"] extends "none"
    ? { readonly body?: undefined }
    : { readonly body: ReplyBody<R["successes"][K]["body"]> });
}[keyof R["successes"] & string];

/** Any row's reply, for the code that handles all of them. */
export interface AnyReply {
  readonly outcome: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}
