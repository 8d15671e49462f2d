/** The composition root: the only place that knows every class. */
import { join, resolve } from "node:path";
import { table } from "./api/table.ts";
import { openPolicy, type Policy } from "./auth/grant.ts";
import { systemClock, type Clock } from "./base/clock.ts";
import { limits } from "./base/limits.ts";
import { Log } from "./base/log.ts";
import { claimDirectory } from "./base/claim.ts";
import type { Settings } from "./config/settings.ts";
import { handlersOf } from "./http/handlers.ts";
import { Metrics } from "./http/metrics.ts";
import type { Observer } from "./http/request-event.ts";
import { requestLog } from "./http/request-log.ts";
import { Router } from "./http/router.ts";
import { listen } from "./http/server.ts";
import { openSqliteStore } from "./metadata/sqlite/store.ts";
import type { MetadataStore } from "./metadata/store.ts";
import { Registry } from "./registry/registry.ts";
import type { StorageDriver } from "./storage/driver.ts";
import { FilesystemDriver } from "./storage/filesystem/driver.ts";

export interface Running {
  readonly hostname: string;
  readonly port: number;
  /** Absolute. */
  readonly data: string;
  /** Lets requests end, closes what is left after `limits.drainMs`, and resolves when nothing is open any more. */
  stop(): Promise<void>;
}

/** What a test, or a later way to run, may put in place of the usual. */
export interface Overrides {
  readonly clock?: Clock;
  readonly policy?: Policy;
  readonly observers?: readonly Observer[];
  /** What the core gets to see of the store or the driver: one that fails or waits, with the real one behind it. */
  readonly store?: (real: MetadataStore) => MetadataStore;
  readonly driver?: (real: StorageDriver) => StorageDriver;
}

export async function serve(settings: Settings, overrides: Overrides = {}): Promise<Running> {
  const { clock = systemClock, policy = openPolicy, observers = [] } = overrides;
  const data = resolve(settings.data);
  const release = await claimDirectory(data);
  const files = await FilesystemDriver.open(join(data, "storage"));
  const driver = overrides.driver?.(files) ?? files;
  const database = await openSqliteStore(join(data, "metadata.sqlite"));
  const store = overrides.store?.(database) ?? database;
  const registry = new Registry({ store, driver, clock });
  await registry.uploads.sweepOrphans();

  const log = new Log((text) => Bun.write(Bun.stderr, text));
  const metrics = new Metrics([
    { name: "lading_uploads_active", help: "Upload sessions being written to.", read: () => registry.uploads.active },
    { name: "process_resident_memory_bytes", help: "Resident memory.", read: () => process.memoryUsage.rss() },
  ]);
  const logging = settings.log === "off" ? [] : [requestLog(log, settings.log === "error")];
  const pipeline = { router: new Router(table), handlers: handlersOf(registry, metrics), policy };
  const server = listen(settings.listen, pipeline, [metrics, ...logging, ...observers]);
  const sweep = setInterval(() => void expireUploads(registry, log), limits.uploadSweepMs);

  return {
    hostname: server.hostname ?? settings.listen.hostname,
    port: server.port ?? settings.listen.port,
    data,
    async stop() {
      clearInterval(sweep);
      await drain(server);
      await store.close();
      await log.flush();
      release();
    },
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

async function drain(server: { stop(closeActive?: boolean): Promise<void> }): Promise<void> {
  const timeout = Promise.withResolvers<"late">();
  const timer = setTimeout(() => timeout.resolve("late"), limits.drainMs);
  const outcome = await Promise.race([server.stop(), timeout.promise]);
  clearTimeout(timer);
  if (outcome === "late") await server.stop(true);
}
