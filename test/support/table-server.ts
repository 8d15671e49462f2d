import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../src/api/describe.ts";
import { withHeads } from "../../src/api/heads.ts";
import type { Obligation } from "../../src/api/obligations.ts";
import { openPolicy } from "../../src/auth/grant.ts";
import { asAnonymous } from "../../src/http/authenticate.ts";
import { Bodies } from "../../src/http/bodies.ts";
import { BrowserGuard } from "../../src/http/browser-guard.ts";
import { budgetsOf, type Budgets } from "../../src/http/budgets.ts";
import type { HandlersOf, Pipeline } from "../../src/http/pipeline.ts";
import { Replies } from "../../src/http/replies.ts";
import { Router } from "../../src/http/router.ts";
import { listen } from "../../src/http/server.ts";
import { Recorder } from "./recorder.ts";

/** A server for a table that a test defines, without a registry. */
export interface TableServer {
  readonly url: string;
  readonly port: number;
  readonly recorder: Recorder;
  /** The obligations that responses have met so far. */
  readonly met: ReadonlySet<Obligation>;
  /** Stops the server, and checks that every response conformed to its row. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The options of a server for a table. */
export interface TableOptions extends Pick<Pipeline, "publicAddress" | "pathPrefix"> {
  readonly budgets?: Partial<Budgets>;
  /** Milliseconds after which a client that sends nothing loses its request. */
  readonly silenceMs?: number;
}

const hostname = "127.0.0.1";

/** Serves a table on loopback, with the router, the binder and the pipeline of the product. */
export async function serveTable<Table extends Readonly<Record<string, Row>>>(
  table: Table,
  handlers: HandlersOf<Table>,
  { budgets = {}, silenceMs = 60_000, publicAddress, pathPrefix }: TableOptions = {},
): Promise<TableServer> {
  await using opening = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "lading-table-"));
  opening.defer(() => rm(directory, { recursive: true }));
  const limits = { ...budgetsOf(1), ...budgets };
  const bodies = new Bodies(limits, silenceMs);
  opening.defer(bodies.watch());
  const met = new Set<Obligation>();
  const recorder = new Recorder(withHeads(Object.values(table)), (obligation) => met.add(obligation));
  const pipeline: Pipeline = {
    router: new Router(table),
    handlers,
    authenticate: asAnonymous,
    policy: openPolicy,
    namespaces: new Map(),
    guard: new BrowserGuard({ hostname, tls: false, publicAddress, allowedHosts: [], cors: undefined }),
    bodies,
    replies: new Replies(limits, directory),
    publicAddress,
    pathPrefix,
  };
  const server = listen({ hostname, port: 0 }, { pipeline, observers: [recorder] });
  opening.defer(() => server.stop(true));
  const opened = opening.move();
  return {
    url: `http://${hostname}:${server.port}`,
    port: server.port,
    recorder,
    met,
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      if (recorder.breaches.length > 0) throw new Error(recorder.breaches.join("; "));
    },
  };
}
