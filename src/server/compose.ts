/** The composition root of one process, as embedded and in tests; `server/cluster/supervisor.ts` is that of several. */
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

export interface Running {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  /** Looks at the files of the certificate now; absent without TLS. */
  readonly reloadCertificate?: () => Promise<void>;
  /** Lets requests end, closes what is left after `serverLimits.drainMs`, and resolves when nothing is open any more. */
  stop(): Promise<void>;
}

/** What a test, or a later way to run, may put in place of the usual. */
export interface Overrides {
  readonly clock?: Clock;
  readonly authenticate?: Authenticate;
  readonly policy?: Policy;
  readonly observers?: readonly Observer[];
  readonly certificatePollMs?: number;
  /** What the core gets to see of the store or the driver: one that fails or waits, with the real one behind it. */
  readonly store?: (real: MetadataStore) => MetadataStore;
  readonly driver?: (real: StorageDriver) => StorageDriver;
  /** What /metrics answers. */
  readonly expose?: () => Promise<string>;
  /** 0, and every blob lies in storage. */
  readonly inlineBlobBytes?: number;
  readonly budgets?: Partial<Budgets>;
}

/** Runs the registry in this process, whatever the setting `workers` says. */
export async function serve(settings: Settings, overrides: Overrides = {}): Promise<Running> {
  const {
    clock = systemClock,
    authenticate = asAnonymous,
    policy = openPolicy,
    observers = [],
    certificatePollMs: pollMs,
  } = overrides;
  const { inlineBlobBytes, expose } = overrides;
  const data = resolve(settings.data);
  const pair = await readPair(settings);
  // Whatever was opened is closed again, the last first: at the end, or where a later step fails.
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
  const reloadCertificate = pair && renew(opening, pair, { listener, clock, log, metrics, pollMs });

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
