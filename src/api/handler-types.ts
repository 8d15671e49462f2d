/** Derives the input and the reply of a handler from its row. */
import type { Sender } from "../base/sender.ts";
import type { Grant, ReaderOf, RepositoryAction } from "../auth/grant.ts";
import type { Codec } from "./codec.ts";
import type { Parameter, Row, Success } from "./describe.ts";
import type { FromSchema } from "./schema.ts";

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
type SourceGrantOf<R extends Row> = R["access"] extends {
  readonly from: { readonly object: infer Name };
}
  ? Grant<"pull", Name extends keyof R["query"] ? Parsed<R["query"][Name]["codec"]> : never> | undefined
  : undefined;

/** For a row with `from`: a function that grants access to the object in any repository that the client may read. */
type GrantSourceOf<R extends Row> = R["access"] extends { readonly from: { readonly object: infer Name } }
  ? ReaderOf<Name extends keyof R["query"] ? Parsed<R["query"][Name]["codec"]> : never>
  : undefined;

type BodyOf<B> = B extends { readonly kind: "bytes" }
  ? Uint8Array
  : B extends { readonly kind: "stream" }
    ? AsyncIterable<Uint8Array>
    : B extends { readonly kind: "json"; readonly schema: infer S }
      ? FromSchema<S>
      : undefined;

/** The input of the handler of a row. */
export interface Input<R extends Row> {
  readonly path: { readonly [K in keyof R["parameters"]]: Parsed<R["parameters"][K]> };
  readonly query: Values<R["query"]>;
  readonly headers: Values<R["headers"]>;
  readonly grant: GrantOf<R>;
  /** The access to the repository that the query names; undefined if it names none, or if the client may not read it. */
  readonly sourceGrant: SourceGrantOf<R>;
  readonly grantSource: GrantSourceOf<R>;
  readonly body: BodyOf<R["body"]>;
  /** The key that all requests of one client share. Undefined if the row does not write. */
  readonly client: string | undefined;
  /** The sender of the body. Absent if the row takes no body. */
  readonly sender?: Sender;
  /** The host that the client has requested, with its port. Undefined if it is invalid or the row does not need it. */
  readonly host: R extends { readonly asksHost: true } ? string | undefined : undefined;
}

/**
 * Makes the bytes of a streamed reply. Lading calls it once there is room for the reply, and asks for each piece after
 * the client has accepted the previous one. The runtime sends the head of the reply with the first piece. If the source
 * throws, the client's connection breaks. The signal ends the reply: the client has disconnected, or was too slow while
 * other clients waited.
 */
export type StreamSource = (signal: AbortSignal) => AsyncIterable<Uint8Array>;

/** The value of a JSON reply, or its bytes if the handler has serialized it. */
type JsonOf<S> = Uint8Array | (S extends { readonly content: infer C } ? FromSchema<C[keyof C]> : unknown);

type ReplyBody<S extends Success> = {
  readonly none: undefined;
  readonly redirect: undefined;
  readonly json: JsonOf<S>;
  readonly text: string | Uint8Array;
  readonly manifest: Uint8Array;
  readonly blob: Blob | Uint8Array | ReadableStream<Uint8Array>;
  readonly document: Uint8Array;
  readonly stream: StreamSource;
}[S["body"]];

type ReplyHeaders<S extends Success> = { readonly [H in S["headers"][number]]: string } & (S extends {
  readonly optionalHeaders: readonly (infer O extends string)[];
}
  ? { readonly [H in O]?: string | undefined }
  : unknown);

/** The reply of a row: one of its successes, with all headers that the success declares. */
export type Reply<R extends Row> = {
  readonly [K in keyof R["successes"] & string]: {
    readonly outcome: K;
    readonly headers: ReplyHeaders<R["successes"][K]>;
  } & (R["successes"][K]["body"] extends "none" | "redirect"
    ? { readonly body?: undefined }
    : { readonly body: ReplyBody<R["successes"][K]> });
}[keyof R["successes"] & string];

/** The reply of any row, for code that handles all rows. */
export interface AnyReply {
  readonly outcome: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}
