/**
 * Composes the registry in one process, also for tests and for embedding; `server/cluster/supervisor.ts` does it for
 * several processes.
 */
import { join, resolve } from "node:path";
import { openPolicy, type Policy } from "../auth/grant.ts";
import { systemClock, type Clock } from "../base/clock.ts";
import { Log, writerTo } from "../base/log.ts";
import { logOptions } from "../config/log-options.ts";
import type { Settings } from "../config/settings.ts";
import { asAnonymous, type Authenticate } from "../http/authenticate.ts";
import { budgetsOf, type Budgets } from "../http/budgets.ts";
import type { Observer } from "../http/observe/request-event.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { openFrontend } from "./frontend.ts";
import { openPrimary, places } from "./primary.ts";
import { countContent, registryReadings } from "./readings.ts";
import { readPair, renew } from "./renewal.ts";
import type { StorageDriver } from "../storage/driver.ts";

/** A running registry. */
export interface Running {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
  /** The absolute path of the data directory. */
  readonly data: string;
  /** Reads the files of the certificate now; absent without TLS. */
  readonly reloadCertificate?: () => Promise<void>;
  /**
   * Shuts down gracefully: it waits for requests in flight, closes the remaining connections after
   * `serverLimits.drainMs`, and resolves when everything is closed.
   */
  stop(): Promise<void>;
}

/** Parts that a test may replace. */
export interface Overrides {
  readonly clock?: Clock;
  readonly authenticate?: Authenticate;
  readonly policy?: Policy;
  readonly observers?: readonly Observer[];
  /** Wraps the store or the driver that the core uses, for example to make it fail or wait. */
  readonly store?: (real: MetadataStore) => MetadataStore;
  readonly driver?: (real: StorageDriver) => StorageDriver;
  /** The content of /metrics. */
  readonly expose?: () => Promise<string>;
  /** With 0, all blobs are in storage. */
  readonly inlineBlobBytes?: number;
  readonly budgets?: Partial<Budgets>;
}

/** Runs the registry in this process, whatever the setting `workers` says. */
export async function serve(settings: Settings, overrides: Overrides = {}): Promise<Running> {
  const { clock = systemClock, authenticate = asAnonymous, policy = openPolicy, observers = [] } = overrides;
  const { inlineBlobBytes, expose } = overrides;
  const data = resolve(settings.data);
  const pair = await readPair(settings);
  // Everything that was opened is closed in reverse order, at the end or if a later step fails.
  await using opening = new AsyncDisposableStack();
  const log = new Log(writerTo(process.stderr.fd), logOptions(settings));
  const { store, driver } = overrides;
  const primary = await openPrimary(opening, settings, data, { clock, log, store, driver });
  const { listener, metrics } = openFrontend(opening, settings, {
    services: {
      store: primary.store,
      driver: primary.driver,
      locks: primary.locks,
      clock,
      ...(inlineBlobBytes !== undefined && { inlineBlobBytes }),
    },
    legacy: primary.signingKey && { signingKey: primary.signingKey, tarsums: primary.tarsums },
    address: settings.listen,
    certificate: pair?.certificate,
    authenticate,
    policy,
    log,
    observers,
    ...(expose && { expose }),
    budgets: { ...budgetsOf(1), ...overrides.budgets },
    replyFiles: join(places.replyFiles(data), "1"),
  });
  for (const reading of registryReadings(data)) metrics.add(reading);
  opening.defer(await countContent(metrics, primary.store, primary.scheduler));
  const reloadCertificate = pair && renew(opening, pair, { listener, clock, log, metrics });

  const opened = opening.move();
  return {
    scheme: pair ? "https" : "http",
    hostname: listener.hostname,
    port: listener.port,
    data,
    ...(reloadCertificate && { reloadCertificate }),
    stop: () => opened.disposeAsync(),
  };
}
