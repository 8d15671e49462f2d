/**
 * Composes the registry of several processes. The supervisor writes the metadata and manages the workers, which
 * answer requests.
 */
import { resolve } from "node:path";
import type { Certificate } from "../../base/certificate.ts";
import { systemClock } from "../../base/clock.ts";
import { Log, writerTo } from "../../base/log.ts";
import { logOptions } from "../../config/log-options.ts";
import { PeerGone } from "./rpc-peer.ts";
import type { Settings } from "../../config/settings.ts";
import { unsharedPort } from "../../http/listener.ts";
import { Metrics } from "../../http/observe/metrics.ts";
import type { ListenAddress } from "../../http/server.ts";
import { writeFor } from "../../metadata/sqlite/distant-writer.ts";
import type { Running } from "../compose.ts";
import { WorkerPool } from "./worker-pool.ts";
import { openPrimary } from "../primary.ts";
import { MachineMetrics } from "./machine-metrics.ts";
import { countContent, memoryOf, processReadings, registryReadings, watchLoop } from "../readings.ts";
import { readPair, renew } from "../renewal.ts";

/** Runs the registry with several workers. */
export async function supervise(settings: Settings): Promise<Running> {
  const data = resolve(settings.data);
  const pair = await readPair(settings);
  await using opening = new AsyncDisposableStack();
  const write = oneAtATime(writerTo(process.stderr.fd));
  const log = new Log(write, logOptions(settings));
  const clock = systemClock;
  const faultChanged = (fault: string | undefined) => workerPool.notify("setFault", fault);
  const primary = await openPrimary(opening, settings, data, { clock, log, faultChanged });
  const { store, databaseFiles, sweepOrphans } = primary;

  const metrics = new Metrics([...processReadings(), memoryOf("supervisor"), ...registryReadings(data)]);
  opening.defer(watchLoop(metrics));
  opening.defer(await countContent(metrics, store, primary.scheduler));
  const machine = new MachineMetrics(metrics);
  const address = { ...reserve(settings.listen), shared: true };
  let certificate = pair?.certificate;
  const workerPool: WorkerPool = new WorkerPool({
    configOf: (number) => ({ number, settings, data, databaseFiles, address, certificate, fault: store.fault }),
    common: {
      write: (one) => writeFor(store, one),
      upload: (repository, id) => store.upload(repository, id),
      log: write,
      expose: () => machine.expose(workerPool),
    },
    sessions: primary,
    log,
    lost(number) {
      machine.lost(number);
      // Files that cannot be removed now are removed by a later sweep.
      void sweepOrphans().catch(() => undefined);
    },
  });
  metrics.add({ name: "lading_workers", help: "Processes that answer requests.", read: () => workerPool.members.size });
  metrics.add({
    name: "lading_worker_restarts_total",
    help: "Workers that ended without being asked to.",
    type: "counter",
    read: () => machine.losses,
  });
  metrics.add({
    name: "lading_worker_kills_total",
    help: "Workers that the supervisor killed because they did not answer it.",
    type: "counter",
    read: () => workerPool.kills,
  });
  await workerPool.start(settings.workers);
  opening.defer(() => workerPool.stop());

  const replace = async (next: Certificate) => {
    // A worker that starts from now on uses this certificate.
    certificate = next;
    await replaceInEach(workerPool, next);
  };
  const reloadCertificate = pair && renew(opening, pair, { listener: { replace }, clock, log, metrics });

  const opened = opening.move();
  return {
    scheme: pair ? "https" : "http",
    hostname: address.hostname,
    port: address.port,
    data,
    ...(reloadCertificate && { reloadCertificate }),
    stop: () => opened.disposeAsync(),
  };
}

/**
 * Replaces the certificate in each worker. Throws if a worker cannot use it. A worker that exits meanwhile restarts
 * with it.
 */
async function replaceInEach({ members }: WorkerPool, certificate: Certificate): Promise<void> {
  const replaced = await Promise.allSettled(
    [...members.values()].map(({ peer }) => peer.call("replaceCertificate", certificate)),
  );
  for (const one of replaced) {
    if (one.status === "rejected" && !(one.reason instanceof PeerGone)) throw one.reason;
  }
}

/**
 * Reserves the port. Returns the address with its port, which no other program uses. Workers share the port, so none
 * of them could detect another program.
 */
function reserve(address: ListenAddress): ListenAddress {
  return unsharedPort(address, ({ hostname, port }) => {
    const server = Bun.serve({ hostname, port, reusePort: false, fetch: () => new Response(null, { status: 503 }) });
    return {
      hostname: server.hostname ?? hostname,
      port: server.port ?? port,
      inFlight: 0,
      startDraining: () => undefined,
      stop: (closeActive) => server.stop(closeActive),
    };
  });
}

/** Writes the texts of several processes one after the other, each as a whole. */
function oneAtATime(write: (text: string) => Promise<void>): (text: string) => Promise<void> {
  let last = Promise.resolve();
  return (text) => (last = last.then(() => write(text)).catch(() => undefined));
}
