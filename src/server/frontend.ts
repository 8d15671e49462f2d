/** The frontend answers requests: in a separate process for each worker, or in the process of the primary. */
import type { Row } from "../api/describe.ts";
import { rowsServed } from "../api/table.ts";
import type { Policy } from "../auth/grant.ts";
import { withTimeout } from "../base/async/timeout.ts";
import type { Certificate } from "../base/certificate.ts";
import { serverLimits } from "./limits.ts";
import type { Log } from "../base/log.ts";
import type { Settings } from "../config/settings.ts";
import type { Authenticate } from "../http/authenticate.ts";
import { Bodies } from "../http/bodies.ts";
import type { Budgets } from "../http/budgets.ts";
import { BrowserGuard } from "../http/browser-guard.ts";
import { Cors } from "../http/cors.ts";
import { TrustedProxies } from "../http/client-address.ts";
import { handlersOf } from "../http/handlers.ts";
import { DescriptorWatch } from "../http/descriptor-watch.ts";
import { Listener } from "../http/listener.ts";
import { Metrics } from "../http/observe/metrics.ts";
import type { Observer } from "../http/observe/request-event.ts";
import type { Handlers, Pipeline } from "../http/pipeline.ts";
import { Replies } from "../http/replies.ts";
import { requestLog } from "../http/observe/request-log.ts";
import { Router } from "../http/router.ts";
import { listen, type ListenAddress } from "../http/server.ts";
import type { Queue } from "../base/async/fair-queue.ts";
import type { SigningKey } from "../docker/schema1/key.ts";
import { schema1Formats } from "../registry/legacy/formats.ts";
import { Schema1Manifests } from "../registry/legacy/schema1-manifests.ts";
import { TarsumKind } from "../registry/legacy/tarsum-kind.ts";
import { Registry } from "../registry/registry.ts";
import type { Damage, Services } from "../registry/services.ts";
import { cacheReadings } from "./cache-readings.ts";
import { DamageReports } from "./damage-reports.ts";
import { processReadings, watchLoop } from "./readings.ts";

/** The parts for the formats of 2014. */
export interface LegacyParts {
  /** The key that signs the manifests for old clients. */
  readonly signingKey: SigningKey;
  /** Decides for which client a tarsum is computed next, on the whole machine. */
  readonly tarsums: Queue;
}

/** The options of a frontend. */
export interface FrontendOptions {
  readonly services: Services;
  /** Absent if the operator has switched off the formats of 2014. */
  readonly legacy?: LegacyParts | undefined;
  readonly address: ListenAddress;
  readonly certificate?: Certificate | undefined;
  readonly authenticate: Authenticate;
  readonly policy: Policy;
  readonly log: Log;
  readonly observers: readonly Observer[];
  /** The share of the machine's resources for this process. */
  readonly budgets: Budgets;
  /** A directory for this process only, which it empties. */
  readonly replyFiles: string;
  /** The content of /metrics, if it has more than the metrics of this process. */
  readonly expose?: () => Promise<string>;
}

/** A running frontend. */
export interface Frontend {
  readonly listener: Listener;
  readonly metrics: Metrics;
}

/** Opens a frontend. `opening` closes everything that it opens, the last first. */
export function openFrontend(opening: AsyncDisposableStack, settings: Settings, options: FrontendOptions): Frontend {
  const { address, certificate, log, observers } = options;
  const damage = new DamageReports(log);
  const core = openCore(opening, settings, options, damage);
  const served = rowsServed(settings);
  const router = new Router(served);
  const metrics = metricsOf(core.registry, damage, router);
  opening.defer(watchLoop(metrics));

  const descriptors = new DescriptorWatch(log);
  const handlers = handlersFor(core, settings, Object.values(served), options.expose ?? (() => metrics.expose()));
  const pipeline: Pipeline = {
    ...pipelineParts(opening, settings, options),
    router,
    handlers,
    isCrowded: () => descriptors.crowded,
  };
  const logging = settings.log === "off" ? [] : [requestLog(log)];
  const open = (at: ListenAddress, tls?: Certificate) => listen(at, pipeline, [metrics, ...logging, ...observers], tls);
  const listener = opening.adopt(new Listener(address, certificate, open), drain);
  opening.defer(descriptors.start(listener));
  metrics.add({
    name: "lading_requests_in_flight",
    help: "Requests whose response is not sent completely, the one for the metrics included.",
    read: () => listener.inFlight,
  });
  return { listener, metrics };
}

/** The registry, and what it serves to old clients instead of the stored manifests. */
interface Core {
  readonly registry: Registry;
  readonly converted: Schema1Manifests | undefined;
}

function openCore(
  opening: AsyncDisposableStack,
  { schema1Names: checkNames, sparseIndexes }: Settings,
  { services, legacy }: FrontendOptions,
  damage: DamageReports,
): Core {
  const watched = { ...services, damaged: (found: Damage) => damage.report(found) };
  const registry = new Registry(watched, {
    checkNames,
    sparseIndexes,
    ...(legacy && { formats: schema1Formats, digestKinds: [new TarsumKind(legacy.tarsums)] }),
  });
  opening.defer(() => registry.close());
  opening.defer(async () => void (await withTimeout(serverLimits.settleMs, registry.pins.writeAll())));
  opening.defer(async () => void (await withTimeout(serverLimits.settleMs, registry.uploads.settled())));
  const converted = legacy && new Schema1Manifests(watched, registry.manifests, legacy.signingKey, registry.pins);
  opening.defer(() => converted?.close());
  return { registry, converted };
}

function metricsOf(registry: Registry, damage: DamageReports, router: Router): Metrics {
  return new Metrics([
    { name: "lading_uploads_active", help: "Upload sessions being written to.", read: () => registry.uploads.active },
    {
      name: "lading_unwritten_pins",
      help: "Pins that wait in memory until the database can be written.",
      read: () => registry.pins.unwritten,
    },
    ...damage.readings(),
    ...cacheReadings({ ...registry.cacheCounts, paths: router.counts }),
    ...processReadings(),
  ]);
}

function handlersFor(
  { registry, converted }: Core,
  settings: Settings,
  rows: readonly Row[],
  expose: () => Promise<string>,
): Handlers {
  const { anonymousMount, chunkMinimum, chunkMaximum, schema1Conversion, pathPrefix, publicAddress } = settings;
  const choices = { anonymousMount, chunkMinimum, chunkMaximum, schema1Conversion, ...(converted && { converted }) };
  return handlersOf(registry, { expose }, choices, { rows, pathPrefix, publicAddress });
}

/** The parts of the pipeline that follow from settings and options. */
function pipelineParts(
  opening: AsyncDisposableStack,
  settings: Settings,
  { certificate, authenticate, policy, budgets, replyFiles }: FrontendOptions,
): Omit<Pipeline, "router" | "handlers" | "isCrowded"> {
  const { namespaces = new Map(), notice, pathPrefix, publicAddress, trustedProxies, allowedHosts = [] } = settings;
  const { hostname } = settings.listen;
  const cors = settings.corsOrigins && new Cors(settings.corsOrigins);
  const bodies = new Bodies(budgets, settings.uploadSilence * 1000);
  opening.defer(bodies.watch());
  const replies = new Replies(budgets, replyFiles);
  opening.defer(replies.watch());
  return {
    authenticate,
    policy,
    namespaces,
    notice,
    pathPrefix,
    publicAddress,
    guard: new BrowserGuard({ hostname, tls: certificate !== undefined, publicAddress, allowedHosts, cors }),
    cors,
    trustedProxies: trustedProxies && new TrustedProxies(trustedProxies),
    bodies,
    replies,
  };
}

/** Waits for the requests in flight, and then closes the remaining connections. */
async function drain(listener: Listener): Promise<void> {
  if (!(await withTimeout(serverLimits.drainMs, listener.stop()))) await listener.stop(true);
}
