/** The frontend answers requests: in a separate process for each worker, or in the process of the primary. */
import { join } from "node:path";
import type { Row } from "../api/describe.ts";
import { rowsServed } from "../api/table.ts";
import { withTimeout } from "../base/async/timeout.ts";
import type { Certificate } from "../base/certificate.ts";
import { serverLimits } from "./limits.ts";
import type { Log } from "../base/log.ts";
import type { Settings } from "../config/settings.ts";
import { Bodies } from "../http/bodies.ts";
import { budgetsOf } from "../http/budgets.ts";
import { BrowserGuard } from "../http/browser-guard.ts";
import { Cors } from "../http/cors.ts";
import { TrustedProxies } from "../http/client-address.ts";
import { handlersOf } from "../http/handlers.ts";
import { DescriptorWatch } from "../http/descriptor-watch.ts";
import { Listener } from "../http/listener.ts";
import { Metrics } from "../http/observe/metrics.ts";
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
import type { Services } from "../registry/services.ts";
import { cacheReadings } from "./cache-readings.ts";
import { DamageReports } from "./damage-reports.ts";
import type { Parts } from "./parts.ts";
import { places } from "./primary.ts";
import { processReadings, watchLoop } from "./readings.ts";

/** The parts for the formats of 2014. */
export interface LegacyParts {
  /** The key that signs the manifests for old clients. */
  readonly signingKey: SigningKey;
  /** Decides for which client a tarsum is computed next, on the whole machine. */
  readonly tarsums: Queue;
}

/** The parts of a frontend that depend on its process. */
export interface Site extends Required<Pick<Services, "store" | "driver" | "locks">> {
  /** Absent if the operator has switched off the formats of 2014. */
  readonly legacy: LegacyParts | undefined;
  readonly address: ListenAddress;
  readonly certificate: Certificate | undefined;
  readonly log: Log;
  /** The absolute path of the data directory. */
  readonly data: string;
  /** The number of the process among those that answer requests, from 1. */
  readonly number: number;
  /** The content of /metrics, if it has more than the metrics of this process. */
  readonly expose?: () => Promise<string>;
}

/** A running frontend. */
export interface Frontend {
  readonly listener: Listener;
  readonly metrics: Metrics;
}

/** Opens a frontend. `opening` closes everything that it opens, the last first. */
export function openFrontend(opening: AsyncDisposableStack, settings: Settings, parts: Parts, site: Site): Frontend {
  const { address, certificate, log } = site;
  const damage = new DamageReports(log);
  const core = openCore(opening, settings, servicesOf(parts, site, damage), site.legacy);
  const served = rowsServed(settings);
  const router = new Router(served);
  const metrics = metricsOf(core.registry, damage, router);
  opening.defer(watchLoop(metrics));

  const descriptors = new DescriptorWatch(log);
  const expose = parts.expose ?? site.expose ?? (() => metrics.expose());
  const handlers = handlersFor(core, settings, Object.values(served), expose);
  const pipeline: Pipeline = {
    ...pipelineParts(opening, settings, parts, site),
    router,
    handlers,
  };
  const logging = settings.log === "off" ? [] : [requestLog(log)];
  const observers = [metrics, ...logging, ...parts.observers];
  const service = { pipeline, observers, isCrowded: () => descriptors.crowded };
  const open = (at: ListenAddress, tls?: Certificate) => listen(at, service, tls);
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

function servicesOf(
  { clock, inlineBlobBytes }: Parts,
  { store, driver, locks }: Site,
  damage: DamageReports,
): Services {
  return { store, driver, locks, clock, inlineBlobBytes, damaged: (found) => damage.report(found) };
}

function openCore(
  opening: AsyncDisposableStack,
  { schema1Names: checkNames, sparseIndexes }: Settings,
  services: Services,
  legacy: LegacyParts | undefined,
): Core {
  const registry = new Registry(services, {
    checkNames,
    sparseIndexes,
    ...(legacy && { formats: schema1Formats, digestKinds: [new TarsumKind(legacy.tarsums)] }),
  });
  opening.defer(() => registry.close());
  opening.defer(async () => void (await withTimeout(serverLimits.settleMs, registry.pins.writeAll())));
  opening.defer(async () => void (await withTimeout(serverLimits.settleMs, registry.uploads.settled())));
  const converted = legacy && new Schema1Manifests(services, registry.manifests, legacy.signingKey, registry.pins);
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

/** The parts of the pipeline that do not depend on the registry. */
function pipelineParts(
  opening: AsyncDisposableStack,
  settings: Settings,
  { authenticate, policy, ...parts }: Parts,
  { certificate, data, number }: Site,
): Omit<Pipeline, "router" | "handlers"> {
  const { namespaces = new Map(), notice, pathPrefix, publicAddress, trustedProxies, allowedHosts = [] } = settings;
  const { hostname } = settings.listen;
  const cors = settings.corsOrigins && new Cors(settings.corsOrigins);
  const budgets = { ...budgetsOf(settings.workers), ...parts.budgets };
  const bodies = new Bodies(budgets, settings.uploadSilence * 1000);
  opening.defer(bodies.watch());
  const replies = new Replies(budgets, join(places.replyFiles(data), String(number)));
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
