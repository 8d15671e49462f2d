import type { Row } from "../api/describe.ts";
import type { AnyReply, Input, Reply } from "../api/handler-types.ts";
import { isDeletion, type table } from "../api/table.ts";
import type { Policy, Principal } from "../auth/grant.ts";
import type { Authenticate } from "./authenticate.ts";
import { httpLimits } from "./limits.ts";
import { ClientGone } from "../base/async/fair-line.ts";
import { andThen, type MaybePromise } from "../base/async/maybe-promise.ts";
import { eventLoopQueue } from "../base/async/event-loop-queue.ts";
import type { Sender } from "../base/sender.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/repository-name.ts";
import { access, accessEach, sourceGrantOf, sourceGranter } from "./access.ts";
import { bindHeaders, bindPath, bindQuery, ParameterError, type BoundValues } from "./bind.ts";
import type { Bodies } from "./bodies.ts";
import { readBody } from "./body.ts";
import type { TakenBody } from "./bodies.ts";
import type { Call } from "./call.ts";
import { askedHost, isFromBrowser, type BrowserGuard } from "./browser-guard.ts";
import { clientOf } from "./client-group.ts";
import { isFromTrustedProxy, type TrustedProxies } from "./client-address.ts";
import type { Cors } from "./cors.ts";
import { problemOf, reasonOf } from "./problem.ts";
import type { Replies } from "./replies.ts";
import { breachOfProblem, breachOfReply, problemResponse } from "./reply.ts";
import type { RequestEvent } from "./observe/request-event.ts";
import type { Match, Router, RowMatch } from "./router.ts";
import { scopeOf, withinScope, type Namespaces } from "./scope.ts";

/** A handler for each row of a table. */
export type HandlersOf<Table extends Readonly<Record<string, Row>>> = {
  readonly [Name in keyof Table]: (input: Input<Table[Name]>) => MaybePromise<Reply<Table[Name]>>;
};

/** A handler for each row of the API table. */
export type Handlers = HandlersOf<typeof table>;

/** The handlers of some table. Only the router and the rows say which input each of them takes. */
export type AnyHandlers = Readonly<Record<string, (input: never) => MaybePromise<AnyReply>>>;

type AnyHandler = (input: unknown) => MaybePromise<AnyReply>;

/** Everything that is needed to answer requests. */
export interface Pipeline {
  readonly router: Router;
  readonly handlers: AnyHandlers;
  readonly authenticate: Authenticate;
  readonly policy: Policy;
  readonly namespaces: Namespaces;
  /** A message for the client's user in every response; absent if there is none. */
  readonly notice?: string | undefined;
  /** The path prefix that clients see before `/v2`; absent if there is none. */
  readonly pathPrefix?: string | undefined;
  /** The base URL of every `Location`; if absent, `Location` is a path. */
  readonly publicAddress?: string | undefined;
  /** Decides which requests of browsers are allowed. */
  readonly guard: BrowserGuard;
  /** Answers pages of other origins; absent if none are allowed. */
  readonly cors?: Cors | undefined;
  /** Proxies whose forwarding headers are believed; if absent, none are. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** The limits of this process for request bodies. */
  readonly bodies: Bodies;
  readonly replies: Replies;
}

/** Answers a request. It never throws, and its promise never rejects. */
export function answer(pipeline: Pipeline, call: Call): MaybePromise<Response> {
  let row: Row | undefined;
  const refuse = (error: unknown) => refusal(call, row, error);
  try {
    const match = matchOf(pipeline.router, call);
    if (match.kind === "row") row = match.row;
    const response = answerMatch(pipeline, match, call);
    return response instanceof Promise ? response.catch(refuse) : response;
  } catch (error) {
    return refuse(error);
  }
}

/**
 * The message for a `DELETE` that the registry does not serve. Without it, the user cannot see why the method is
 * missing.
 */
const deletionIsOff = "the operator has switched off deletion (setting deletion)";

function matchOf(router: Router, { request, target, event }: Call): Match {
  const match = router.match(request.method, target.path, target.query);
  if (match.kind === "row") {
    event.row = match.row.id;
    if (match.row.routine) event.routine = true;
  }
  return match;
}

/** Checks first whether a browser may send the request, so that no response to a refused one shows what exists. */
function answerMatch(pipeline: Pipeline, match: Match, call: Call): MaybePromise<Response> {
  const { request, event } = call;
  const { guard, cors } = pipeline;
  const { headers, method } = request;
  const row = match.kind === "row" ? match.row : undefined;
  if (isFromBrowser(headers, event.userAgent)) guard.admit({ headers, method, row, host: hostOf(pipeline, call) });
  if (match.kind === "row") return answerRow(pipeline, match, call);
  if (match.kind === "unknown") throw new RegistryError("ROUTE_UNKNOWN");
  if (cors?.isPreflight(request)) {
    event.outcome = "preflight";
    return finish(event, cors.preflight(request, match.rows));
  }
  event.template = match.path;
  const item = isDeletion(method, match.path) ? { message: deletionIsOff } : {};
  throw new RegistryError("METHOD_UNSUPPORTED", item, { allow: match.allow });
}

function hostOf({ trustedProxies }: Pipeline, { request, server }: Call): string | undefined {
  return askedHost(request.headers, isFromTrustedProxy(request, server, trustedProxies));
}

/**
 * The order of the protocol: match, browser, path, principal, access, query, access to what the query names, headers,
 * body, handler, response. Access is checked before query, headers and body are judged, and before the response shows
 * what exists.
 */
function answerRow(pipeline: Pipeline, match: RowMatch, call: Call): MaybePromise<Response> {
  const { request, target, event } = call;
  const { row, raw } = match;
  const scope = scopeOf(pipeline.namespaces, row, target.query);
  const path = withinScope(scope, bindPath(row, raw));
  noteContent(event, path);
  return andThen(pipeline.authenticate(request), (principal) => {
    event.actor = principal.name;
    return answerFor(principal, pipeline, match, { scope, path }, call);
  });
}

function noteContent(event: RequestEvent, { name, tag, digest = tag }: BoundValues): void {
  if (name !== undefined) event.repository = name as RepositoryName;
  if (digest !== undefined) event.reference = digest as string;
}

/** Where a request is answered: the repositories of its host, and its bound path. */
interface Place {
  readonly scope: ReturnType<typeof scopeOf>;
  readonly path: BoundValues;
}

function answerFor(
  principal: Principal,
  pipeline: Pipeline,
  { name, row }: RowMatch,
  { scope, path }: Place,
  call: Call,
): MaybePromise<Response> {
  const { request, target, event } = call;
  const requester = { policy: pipeline.policy, principal };
  const grant = access(requester, row.access, path);
  const query = bindQuery(row, target.query);
  const grantSource = sourceGranter(requester, row.access, query);
  const sourceGrant = grantSource && sourceGrantOf(row.access, query, grantSource);
  accessEach(pipeline.policy, row.access, grant, query);
  const headers = bindHeaders(row, request.headers);
  const handler = pipeline.handlers[name] as AnyHandler;
  const host = row.asksHost ? hostOf(pipeline, call) : undefined;
  const client = row.writes ? clientOf(event.remote) : undefined;
  const input = { path, query, headers, grant, sourceGrant, grantSource, host, client, body: undefined as unknown };
  const { body } = row;
  const handle = () => (body.kind === "none" ? handler(input) : withBody(pipeline.bodies, body, call, input, handler));
  const replied = areLong(headers) ? eventLoopQueue.run("long headers", handle) : handle();
  return andThen(replied, (reply) => {
    const full = scope ? withHeader(reply, "OCI-Namespace", scope.host) : reply;
    noteBreach(event, breachOfReply(row, full));
    event.outcome = full.outcome;
    const response = pipeline.replies.responseOf(row, full, call);
    return andThen(response, (made) => finish(event, made));
  });
}

/**
 * Whether these headers are so long that reading them may delay the event loop, if many requests have such headers.
 */
function areLong(headers: Readonly<Record<string, unknown>>): boolean {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string" && value.length > httpLimits.headerReadAtOnceBytes) return true;
  }
  return false;
}

/** Reads the body, and answers. It releases the resources of the body when the request is answered. */
async function withBody(
  bodies: Bodies,
  body: TakenBody,
  { request, server, event, remote }: Call,
  input: { body: unknown; readonly client: string | undefined },
  handler: AnyHandler,
): Promise<AnyReply> {
  const transfer = bodies.begin(body, input.client ?? clientOf(event.remote));
  try {
    input.body = await readBody(body, { request, server, bodies, transfer });
    const sender: Sender = { address: remote(), gone: () => request.signal };
    return await handler({ ...input, sender });
  } catch (error) {
    throw bodies.explain(transfer, error);
  } finally {
    bodies.end(transfer);
    event.receivedBytes = transfer.received;
    // Bodies change the timeout of their connection, which would otherwise keep the last value.
    server.timeout(request, httpLimits.idleSeconds);
  }
}

function refusal({ request, event }: Call, row: Row | undefined, error: unknown): Response {
  if (error instanceof ClientGone) return goneResponse(event, error);
  const problem = problemOf(error, event.id, row?.dialect);
  if (row) noteBreach(event, breachOfProblem(row, problem));
  event.failure = problem.failure;
  if (request.method !== "HEAD") event.sentBytes = Buffer.byteLength(problem.body);
  if (error instanceof ParameterError) event.parameter = error.parameter;
  event.error = problem.status >= 500 ? reasonOf(error) : (error as Error).message;
  return finish(event, problemResponse(problem, request.method));
}

/** The response for a client that has disconnected. No client reads it; the log and the metrics count it. */
function goneResponse(event: RequestEvent, { message }: ClientGone): Response {
  event.error = message;
  return finish(event, new Response(null, { status: clientGoneStatus }));
}

/** The status that nginx also logs for a client that has closed its connection. */
const clientGoneStatus = 499;

function withHeader(reply: AnyReply, name: string, value: string): AnyReply {
  return { ...reply, headers: { ...reply.headers, [name]: value } };
}

function noteBreach(event: RequestEvent, breach: string | undefined): void {
  if (breach !== undefined) event.breach = breach;
}

function finish(event: RequestEvent, response: Response): Response {
  event.status = response.status;
  return response;
}
