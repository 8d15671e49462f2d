/** The composition root: the only place that knows every class. */
import { join, resolve } from "node:path";
import { rowsServed } from "./api/table.ts";
import { openPolicy, type Policy } from "./auth/grant.ts";
import { readCertificate, type Certificate, type CertificateFiles } from "./base/certificate.ts";
import { systemClock, type Clock } from "./base/clock.ts";
import { limits } from "./base/limits.ts";
import { Log, writerTo } from "./base/log.ts";
import { claimDirectory } from "./base/claim.ts";
import { LoopWatch } from "./base/loop-watch.ts";
import type { Address, Settings } from "./config/settings.ts";
import { CertificateRenewal } from "./http/certificate-renewal.ts";
import { handlersOf } from "./http/handlers.ts";
import { Listener } from "./http/listener.ts";
import { Metrics, type Gauge } from "./http/metrics.ts";
import type { Observer } from "./http/request-event.ts";
import { requestLog } from "./http/request-log.ts";
import { Router } from "./http/router.ts";
import { listen } from "./http/server.ts";
import { openSigningKey } from "./keys/signing-key.ts";
import { openSqliteStore } from "./metadata/sqlite/store.ts";
import type { MetadataStore } from "./metadata/store.ts";
import { Registry } from "./registry/registry.ts";
import type { StorageDriver } from "./storage/driver.ts";
import { FilesystemDriver } from "./storage/filesystem/driver.ts";

export interface Running {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  /** Looks at the files of the certificate now; absent without TLS. */
  readonly reloadCertificate?: () => Promise<void>;
  /** Lets requests end, closes what is left after `limits.drainMs`, and resolves when nothing is open any more. */
  stop(): Promise<void>;
}

/** What a test, or a later way to run, may put in place of the usual. */
export interface Overrides {
  readonly clock?: Clock;
  readonly policy?: Policy;
  readonly observers?: readonly Observer[];
  readonly certificatePollMs?: number;
  /** What the core gets to see of the store or the driver: one that fails or waits, with the real one behind it. */
  readonly store?: (real: MetadataStore) => MetadataStore;
  readonly driver?: (real: StorageDriver) => StorageDriver;
}

export async function serve(settings: Settings, overrides: Overrides = {}): Promise<Running> {
  const { clock = systemClock, policy = openPolicy, observers = [] } = overrides;
  const data = resolve(settings.data);
  const pair = certificateFiles(settings);
  const certificate = pair && (await readCertificate(pair));
  // Whatever was opened is closed again, the last first: at the end, or where a later step fails.
  await using opening = new AsyncDisposableStack();
  opening.defer(await claimDirectory(data));
  const log = new Log(settings.log === "off" ? async () => {} : writerTo(process.stderr.fd));
  opening.defer(() => log.flush());
  const { legacy, schema1Names } = settings;
  const signingKey = legacy ? await openSigningKey(data) : undefined;
  const files = await FilesystemDriver.open(join(data, "storage"));
  const driver = overrides.driver?.(files) ?? files;
  const database = opening.adopt(await openSqliteStore(join(data, "metadata.sqlite")), (opened) => opened.close());
  const store = overrides.store?.(database) ?? database;
  const registry = new Registry({ store, driver, clock }, { legacy, schema1Names, ...(signingKey && { signingKey }) });
  opening.defer(() => registry.close());
  await registry.uploads.sweepOrphans();
  opening.defer(async () => void (await atMost(limits.settleMs, registry.uploads.settled())));

  const loop = new LoopWatch();
  opening.defer(loop.start());
  const metrics = new Metrics([
    { name: "lading_uploads_active", help: "Upload sessions being written to.", read: () => registry.uploads.active },
    { name: "process_resident_memory_bytes", help: "Resident memory.", read: () => process.memoryUsage.rss() },
    {
      name: "lading_event_loop_stall_seconds",
      help: "Longest time that the event loop was held up, since the metrics were read before.",
      read: () => loop.takeLongest("whole"),
    },
    {
      name: "lading_event_loop_own_stall_seconds",
      help: "The same without what the loop's thread waited for a core that other threads had.",
      read: () => loop.takeLongest("own"),
    },
  ]);
  const logging = settings.log === "off" ? [] : [requestLog(log, settings.log === "error")];
  const {
    anonymousMount,
    chunkMinimum,
    schema1Conversion,
    namespaces = new Map(),
    notice,
    pathPrefix,
    publicAddress,
  } = settings;
  const served = rowsServed(settings);
  const choices = { anonymousMount, chunkMinimum, schema1Conversion };
  const handlers = handlersOf(registry, metrics, choices, Object.values(served));
  const pipeline = { router: new Router(served), handlers, policy, namespaces, notice, pathPrefix, publicAddress };
  const open = (address: Address, tls?: Certificate) =>
    listen(address, pipeline, [metrics, ...logging, ...observers], tls);
  const listener = opening.adopt(new Listener(settings.listen, certificate, open), drain);
  const renewal = pair && certificate && new CertificateRenewal(pair, certificate, { listener, clock, log });
  if (renewal) {
    opening.defer(renewal.watch(overrides.certificatePollMs ?? limits.certificatePollMs));
    metrics.add(expiryOf(renewal));
  }
  const sweep = setInterval(() => void expireUploads(registry, log), limits.uploadSweepMs);
  opening.defer(() => clearInterval(sweep));

  const opened = opening.move();
  return {
    scheme: certificate ? "https" : "http",
    hostname: listener.hostname,
    port: listener.port,
    data,
    ...(renewal && { reloadCertificate: () => renewal.reload() }),
    stop: () => opened.disposeAsync(),
  };
}

function certificateFiles({ tlsCert, tlsKey }: Settings): CertificateFiles | undefined {
  return tlsCert !== undefined && tlsKey !== undefined ? { cert: tlsCert, key: tlsKey } : undefined;
}

function expiryOf(renewal: CertificateRenewal): Gauge {
  return {
    name: "lading_certificate_expiry_timestamp_seconds",
    help: "When the TLS certificate in use expires.",
    read: () => renewal.validTo / 1000,
  };
}

async function expireUploads(registry: Registry, log: Log): Promise<void> {
  try {
    const removed = await registry.uploads.expire();
    if (removed > 0) log.event("upload sessions expired", { removed });
  } catch (error) {
    log.event("upload sessions could not be expired", { error: (error as Error).message });
  }
}

/** Lets requests end; closes the connections of those that do not. */
async function drain(listener: Listener): Promise<void> {
  if (!(await atMost(limits.drainMs, listener.stop()))) await listener.stop(true);
}

/** Whether something ended in time; if not, it is not waited for any longer. */
async function atMost(ms: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), ms);
  const inTime = await Promise.race([work.then(() => true), late.promise]);
  clearTimeout(timer);
  return inTime;
}
