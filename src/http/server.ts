import http from "node:http";
import type { Server } from "bun";
import type { Certificate } from "../base/certificate.ts";
import { apiLimits } from "../api/limits.ts";
import { httpLimits } from "./limits.ts";
import { andThen, type MaybePromise } from "../base/async/maybe-promise.ts";
import { RegistryError, UnavailableError } from "../oci/errors.ts";
import { formatWarning } from "../oci/warning.ts";
import { clientAddress } from "./client-address.ts";
import { FileReplies } from "./file-replies.ts";
import { SendingReplies } from "./sending-replies.ts";
import { addPrefix, meantPath, makeAbsolute, withoutPrefix } from "./path-prefix.ts";
import type { Call, Target } from "./call.ts";
import { answer, type Pipeline } from "./pipeline.ts";
import { problemOf } from "./problem.ts";
import { problemResponse, redirect } from "./reply.ts";
import type { Observer, RequestEvent } from "./observe/request-event.ts";

/** The address that the server listens on. */
export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
  /** Whether other processes of this registry listen on the same port. */
  readonly shared?: boolean;
}

/** A server that accepts requests. */
export interface Listening {
  readonly hostname: string;
  readonly port: number;
  /** The number of requests whose response is not sent completely. */
  readonly inFlight: number;
  /** From now on, responses ask clients to open a new connection. */
  startDraining(): void;
  /** Stops accepting connections. Resolves when every request is answered, or its connection is closed. */
  stop(closeActive?: boolean): Promise<void>;
}

/** What a server does with each request. */
export interface Service {
  readonly pipeline: Pipeline;
  readonly observers: readonly Observer[];
  /** Whether too few file descriptors are left to answer a request; if absent, there are always enough. */
  readonly isCrowded?: () => boolean;
}

/** Starts to listen, with TLS if a certificate is given. Throws the system's error if that fails. */
export function listen(address: ListenAddress, service: Service, certificate?: Certificate): Listening {
  readLongHeads();
  let draining = false;
  const sending = new SendingReplies();
  const serving: Serving = {
    isCrowded: () => false,
    ...service,
    needsAddress: service.observers.some((observer) => observer.needsAddress ?? true),
    isDraining: () => draining,
    sending,
    fileReplies: new FileReplies(),
  };
  const { hostname, port, shared = false } = address;
  const server = Bun.serve({
    hostname,
    port,
    development: false,
    // Outside of development mode, Bun shares the port with any other program by default. The next certificate needs
    // a shared port.
    reusePort: shared || certificate !== undefined,
    ...(certificate && { tls: { cert: certificate.cert, key: certificate.key } }),
    idleTimeout: httpLimits.idleSeconds,
    // Each row has its own limit, and Lading refuses with the error body of the specification. Bun would not.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, own) => respond(serving, request, own),
    error: (error) => replyFailed(serving, error),
  });
  return {
    hostname: server.hostname ?? address.hostname,
    port: server.port ?? address.port,
    get inFlight() {
      return server.pendingRequests;
    },
    startDraining() {
      draining = true;
    },
    async stop(closeActive) {
      draining = true;
      await server.stop(closeActive);
      sending.end();
    },
  };
}

/**
 * Raises the maximum length of the request headers. `Bun.serve` has no option for it, but reads the process-wide one
 * of `node:http`, which is 16 KiB (docs/decisions/0016). A larger value in a flag of the runtime stays in force.
 */
function readLongHeads(): void {
  Object.assign(http, { maxHeaderSize: Math.max(http.maxHeaderSize, apiLimits.requestHeadBytes) });
}

/**
 * Asks a client to reconnect, unless its body was refused: a client that is still sending the body would lose the
 * connection before it reads the response.
 */
function askToReconnect(request: Request, response: Response): void {
  if (response.ok || request.body === null) response.headers.set("Connection", "close");
}

interface Serving extends Required<Service> {
  readonly needsAddress: boolean;
  readonly isDraining: () => boolean;
  readonly fileReplies: FileReplies;
  readonly sending: SendingReplies;
}

function respond(serving: Serving, request: Request, server: Server<unknown>): MaybePromise<Response> {
  const { pipeline } = serving;
  const started = performance.now();
  const target = targetOf(request, pipeline.pathPrefix);
  const event: RequestEvent = {
    id: crypto.randomUUID(),
    method: request.method,
    path: target?.path ?? "",
    userAgent: request.headers.get("user-agent") ?? undefined,
  };
  const remote = () => (event.remote ??= clientAddress(request, server, pipeline.trustedProxies));
  if (serving.needsAddress) remote();
  const crowded = serving.isCrowded();
  const call: Call | undefined = target && {
    request,
    target,
    server,
    event,
    remote,
    file: undefined,
    sendsLater: false,
    streamed: undefined,
  };
  const answered = crowded ? refuseCrowded(event) : call ? reply(pipeline, call) : refuseHost(event);
  return andThen(answered, (response) => {
    complete(pipeline, response);
    pipeline.cors?.complete(request, response);
    event.headersMs = event.durationMs = millisecondsSince(started);
    finishWhenSent(serving, event, call, started);
    if (crowded) response.headers.set("Connection", "close");
    else if (serving.isDraining()) askToReconnect(request, response);
    return response;
  });
}

function reply(pipeline: Pipeline, call: Call): MaybePromise<Response> {
  const { method, url } = call.request;
  const meant = method === "CONNECT" ? undefined : meantPath(call.target.path, pipeline.pathPrefix);
  if (meant === undefined) return answer(pipeline, call);
  const response = redirect(meant + searchOf(url));
  call.event.status = response.status;
  return response;
}

function searchOf(url: string): string {
  const question = url.indexOf("?");
  return question < 0 ? "" : url.slice(question);
}

/** Small responses are with the kernel in the same turn. Others take as long as their client reads, or as their source. */
function finishWhenSent(serving: Serving, event: RequestEvent, call: Call | undefined, started: number): void {
  if (!call?.streamed && !call?.sendsLater) return finish(serving, event);
  const finished = () => {
    event.durationMs = millisecondsSince(started);
    finish(serving, event);
  };
  if (call.streamed) return void call.streamed.then(finished);
  const isSent = () => call.server.requestIP(call.request) === null;
  serving.fileReplies.give(call.file, event, () => serving.sending.add({ isSent, finished }));
}

function millisecondsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000) / 1000;
}

function finish({ observers }: Serving, event: RequestEvent): void {
  for (const observer of observers) observer.finished(event);
}

/**
 * The response if the runtime could not send the original one. If a file could not be opened, the client may try
 * again.
 */
function replyFailed(serving: Serving, error: unknown): Response {
  const failed = serving.fileReplies.takeFailed(error);
  const event: RequestEvent = failed?.event ?? { id: crypto.randomUUID(), method: "GET", path: "" };
  const reason = error instanceof Error ? error.message : String(error);
  const cause = failed ? new UnavailableError(reason) : new Error(reason);
  delete event.outcome;
  const problem = problemOf(cause, event.id);
  event.failure = problem.failure;
  event.status = problem.status;
  event.error = `the reply could not be sent: ${reason}`;
  finish(serving, event);
  const response = problemResponse(problem, event.method);
  complete(serving.pipeline, response);
  return response;
}

/**
 * Adds the headers that do not depend on the row. To skip the headers if there is nothing to add saves a microsecond.
 */
function complete({ pathPrefix, publicAddress, notice }: Pipeline, response: Response): void {
  if (pathPrefix !== undefined) addPrefix(response.headers, pathPrefix);
  if (publicAddress !== undefined) makeAbsolute(response.headers, publicAddress);
  if (notice !== undefined) response.headers.set("Warning", formatWarning(notice));
}

/**
 * The path and the query of the URL that Bun gives, from which Bun has already removed `..` and `\`. Undefined if the
 * Host header is not a host, because then that URL is only the raw target (docs/decisions/0001), and if there are two
 * Host headers, which Bun joins with a comma (RFC 9112 section 3.2).
 */
function targetOf({ url, headers }: Request, prefix: string | undefined): Target | undefined {
  const bare = !url.startsWith("http");
  const host = headers.get("host");
  // HTTP/1.0 requests have no Host header; old health checks send such requests.
  if (host !== null && (bare || host.includes(","))) return undefined;
  const start = bare ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  if (url[start] !== "/") return undefined;
  const question = url.indexOf("?", start);
  const end = question < 0 ? url.length : question;
  const path = withoutPrefix(url.slice(start, end), prefix);
  return { path, query: question < 0 ? noQuery : new URLSearchParams(url.slice(question + 1)) };
}

const noQuery = new URLSearchParams();

function refuseCrowded(event: RequestEvent): Response {
  return refuse(event, new UnavailableError("too few file descriptors are left to answer"));
}

function refuseHost(event: RequestEvent): Response {
  const message = "the request must have exactly one Host header with a valid host";
  return refuse(event, new RegistryError("REQUEST_MALFORMED", { message }));
}

function refuse(event: RequestEvent, error: RegistryError): Response {
  const problem = problemOf(error, event.id);
  event.failure = problem.failure;
  event.status = problem.status;
  event.error = error.message;
  if (event.method !== "HEAD") event.sentBytes = Buffer.byteLength(problem.body);
  return problemResponse(problem, event.method);
}
