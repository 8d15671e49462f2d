/**
 * Composes the registry of several processes. The supervisor writes the metadata and manages the workers, which
 * answer requests.
 */
import type { Certificate } from "../../base/certificate.ts";
import { PeerGone } from "./rpc-peer.ts";
import { unsharedPort } from "../../http/listener.ts";
import { Metrics, type Gauge } from "../../http/observe/metrics.ts";
import type { ListenAddress } from "../../http/server.ts";
import { writeFor } from "../../metadata/sqlite/distant-writer.ts";
import { WorkerPool } from "./worker-pool.ts";
import { openPrimary } from "../primary.ts";
import { MachineMetrics } from "./machine-metrics.ts";
import { memoryOf, processReadings, watchLoop } from "../readings.ts";
import type { Serving } from "../serving.ts";
import type { Setup } from "../setup.ts";

/** Opens a registry with several workers. `opening` closes everything that it opens. */
export async function openCluster(opening: AsyncDisposableStack, setup: Setup): Promise<Serving> {
  const { settings, parts, data, log, writeLog } = setup;
  // Before the pool exists, there is no worker to tell: each worker starts with the fault of that moment.
  let workerPool: WorkerPool | undefined;
  const faultChanged = (fault: string | undefined) => workerPool?.notify("setFault", fault);
  const primary = await openPrimary(opening, setup, faultChanged);
  const { store, databaseFiles, sweepEndedUploads } = primary;

  const metrics = new Metrics([...processReadings(), memoryOf("supervisor")]);
  opening.defer(watchLoop(metrics));
  const machine = new MachineMetrics(metrics);
  const address = { ...withFreePort(settings.listen), shared: true };
  // The system must not give a port that it has just chosen to another program before the workers listen.
  using _reserved = settings.listen.port === 0 ? refuseAt(address, true) : undefined;
  let { certificate } = setup;
  const pool: WorkerPool = (workerPool = new WorkerPool({
    command: parts.workerCommand,
    configOf: (number) => ({ number, settings, data, databaseFiles, address, certificate, fault: store.fault }),
    common: {
      write: (one) => writeFor(store, one),
      upload: (repository, id) => store.upload(repository, id),
      log: writeLog,
      expose: () => machine.expose(pool),
    },
    sessions: primary,
    log,
    lost(number) {
      machine.lost(number);
      // Files that cannot be removed now are removed by a later sweep.
      void sweepEndedUploads().catch(() => undefined);
    },
  }));
  for (const reading of readingsOf(pool, machine)) metrics.add(reading);
  await pool.start(settings.workers);
  opening.defer(() => pool.stop());

  const replace = async (next: Certificate) => {
    // A worker that starts from now on uses this certificate.
    certificate = next;
    await replaceInEach(pool, next);
  };
  const { hostname, port } = address;
  return { primary, metrics, listener: { hostname, port, replace } };
}

function readingsOf(workerPool: WorkerPool, machine: MachineMetrics): Gauge[] {
  return [
    { name: "lading_workers", help: "Processes that answer requests.", read: () => workerPool.members.size },
    {
      name: "lading_worker_restarts_total",
      help: "Workers that ended without being asked to.",
      type: "counter",
      read: () => machine.losses,
    },
    {
      name: "lading_worker_kills_total",
      help: "Workers that the supervisor killed because they did not answer it.",
      type: "counter",
      read: () => workerPool.kills,
    },
  ];
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
 * Returns the address with its port, which no other program uses. Workers share the port, so none of them could detect
 * another program.
 */
function withFreePort(address: ListenAddress): ListenAddress {
  return unsharedPort(address, ({ hostname, port }) => {
    const server = refuseAt({ hostname, port }, false);
    return {
      hostname: server.hostname ?? hostname,
      port: server.port ?? port,
      inFlight: 0,
      startDraining: () => undefined,
      stop: (closeActive) => server.stop(closeActive),
    };
  });
}

function refuseAt({ hostname, port }: ListenAddress, reusePort: boolean): Bun.Server<unknown> {
  return Bun.serve({ hostname, port, reusePort, fetch: () => new Response(null, { status: 503 }) });
}
