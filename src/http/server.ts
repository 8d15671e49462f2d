import type { Server } from "bun";
import { limits } from "../base/limits.ts";
import { RegistryError } from "../oci/errors.ts";
import { formatWarning } from "../oci/warning.ts";
import { answer, type Pipeline, type Target } from "./pipeline.ts";
import { problemOf } from "./problem.ts";
import { problemResponse } from "./reply.ts";
import type { Observer, RequestEvent } from "./request-event.ts";

export interface ListenAddress {
  readonly hostname: string;
  readonly port: number;
}

/** Starts to listen; throws what the system says where it cannot. */
export function listen(address: ListenAddress, pipeline: Pipeline, observers: readonly Observer[]): Server<unknown> {
  return Bun.serve({
    ...address,
    development: false,
    // Without development mode the default is to share the port with whoever has it.
    reusePort: false,
    idleTimeout: limits.idleSeconds,
    // Each row has its own limit and refuses in the envelope of the specification; Bun would not.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request, server) => respond(pipeline, observers, request, server),
    error: () => problemResponse(problemOf(new Error("the reply failed"), "none"), "GET"),
  });
}

async function respond(
  pipeline: Pipeline,
  observers: readonly Observer[],
  request: Request,
  server: Server<unknown>,
): Promise<Response> {
  const started = performance.now();
  const target = targetOf(request);
  const event: RequestEvent = {
    id: crypto.randomUUID(),
    method: request.method,
    path: target?.path ?? "",
    remote: server.requestIP(request)?.address,
    userAgent: request.headers.get("user-agent") ?? undefined,
  };
  const response = target ? await answer(pipeline, request, target, server, event) : refuseHost(event, request.method);
  // Bun dates every reply but those to HEAD (RFC 9110 section 6.6.1).
  if (request.method === "HEAD") response.headers.set("Date", new Date().toUTCString());
  // Bodies move the timer of their connection, and it would stay where they leave it.
  server.timeout(request, limits.idleSeconds);
  if (pipeline.notice !== undefined) response.headers.set("Warning", formatWarning(pipeline.notice));
  event.durationMs = performance.now() - started;
  for (const observer of observers) observer.finished(event);
  return response;
}

/**
 * Cuts path and query out of the address that Bun gives, which is already cleared of `..` and `\`. Where the Host header is
 * not a host, that address is only the bare target (docs/decisions/0001): undefined.
 */
function targetOf({ url, headers }: Request): Target | undefined {
  const bare = !url.startsWith("http");
  // HTTP/1.0 has no Host; old health checks speak it.
  if (bare && headers.get("host") !== null) return undefined;
  const start = bare ? 0 : url.indexOf("/", url.indexOf("//") + 2);
  if (url[start] !== "/") return undefined;
  const question = url.indexOf("?", start);
  if (question < 0) return { path: url.slice(start), query: noQuery };
  return { path: url.slice(start, question), query: new URLSearchParams(url.slice(question + 1)) };
}

const noQuery = new URLSearchParams();

function refuseHost(event: RequestEvent, method: string): Response {
  const error = new RegistryError("REQUEST_MALFORMED", { message: "the Host header is not a host name" });
  const problem = problemOf(error, event.id);
  event.failure = problem.failure;
  event.status = problem.status;
  event.error = error.message;
  return problemResponse(problem, method);
}
