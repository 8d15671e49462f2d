/** Composes the registry: in this process, or as a supervisor and its workers. */
import { resolve } from "node:path";
import { Log, writerTo } from "../base/log.ts";
import { logOptions } from "../config/log-options.ts";
import type { Settings } from "../config/settings.ts";
import { openCluster } from "./cluster/supervisor.ts";
import { defaultParts, type Parts } from "./parts.ts";
import { countContent, registryReadings } from "./readings.ts";
import { readPair, renew } from "./renewal.ts";
import { openSingle } from "./single.ts";

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

/** Runs the registry, in this process if the setting `workers` is 1. */
export async function serve(settings: Settings, replaced: Partial<Parts> = {}): Promise<Running> {
  const parts: Parts = { ...defaultParts, ...replaced };
  const data = resolve(settings.data);
  const pair = await readPair(settings);
  // Everything that was opened is closed in reverse order, at the end or if a later step fails.
  await using opening = new AsyncDisposableStack();
  const writeLog = oneAtATime(writerTo(process.stderr.fd));
  const log = new Log(writeLog, logOptions(settings));
  const open = settings.workers > 1 ? openCluster : openSingle;
  const setup = { settings, parts, data, log, writeLog, certificate: pair?.certificate };
  const { primary, listener, metrics } = await open(opening, setup);
  for (const reading of registryReadings(data)) metrics.add(reading);
  opening.defer(await countContent(metrics, primary.store, primary.scheduler));
  const reloadCertificate = pair && renew(opening, pair, { clock: parts.clock, listener, log, metrics });

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

/** Writes the texts of several processes one after the other, each as a whole. */
function oneAtATime(write: (text: string) => Promise<void>): (text: string) => Promise<void> {
  let last = Promise.resolve();
  return (text) => (last = last.then(() => write(text)).catch(() => undefined));
}
