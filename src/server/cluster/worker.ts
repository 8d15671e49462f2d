/** A worker: one of several processes that answer requests. The supervisor starts it, configures it, and stops it. */
import { shareDirectoryLock } from "../../base/fs/directory-lock.ts";
import type { Queue } from "../../base/async/fair-queue.ts";
import { within } from "../../base/async/deadline.ts";
import { metadataLimits } from "../../metadata/limits.ts";
import { registryLimits } from "../../registry/limits.ts";
import { Log } from "../../base/log.ts";
import { RpcPeer, PeerGone } from "./rpc-peer.ts";
import { logOptions } from "../../config/log-options.ts";
import { readSigningKey } from "../../registry/legacy/signing-key.ts";
import { DatabaseFiles } from "../../metadata/sqlite/database-files.ts";
import { DistantWriter } from "../../metadata/sqlite/distant-writer.ts";
import { openStoreOver } from "../../metadata/sqlite/store.ts";
import { StoreDecorator } from "../../metadata/store-decorator.ts";
import type { MetadataStore, UploadRecord } from "../../metadata/store.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";
import { UnavailableError } from "../../oci/errors.ts";
import type { SessionLocks } from "../../registry/services.ts";
import { FilesystemDriver } from "../../storage/filesystem/driver.ts";
import type { WorkerConfig, SupervisorCalls, WorkerCalls } from "./ipc-protocol.ts";
import { openFrontend, type Frontend } from "../frontend.ts";
import { defaultParts, type Parts } from "../parts.ts";
import { places } from "../primary.ts";
import { memoryOf } from "../readings.ts";

type Supervisor = RpcPeer<SupervisorCalls>;

/** Runs the worker. Resolves to the exit code when the supervisor has exited or disconnected. */
export function work(replaced: Partial<Parts> = {}): Promise<number> {
  // A terminal and a service manager send these signals to every process, but the supervisor decides when a worker
  // stops.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  const worker = new Worker({ ...defaultParts, ...replaced }, (batch) => {
    // Without a connection, this process is about to exit.
    if (process.connected) process.send!(batch);
  });
  process.on("message", (batch: readonly unknown[]) => worker.supervisor.receive(batch));
  return new Promise((resolve) => {
    // Without a supervisor, no write is possible.
    process.on("disconnect", () => resolve(worker.stopped ? 0 : 1));
  });
}

class Worker {
  readonly supervisor: Supervisor;
  readonly #parts: Parts;
  readonly #writer: DistantWriter;
  readonly #opening = new AsyncDisposableStack();
  readonly #frontend = Promise.withResolvers<Frontend>();
  stopped = false;

  constructor(parts: Parts, send: (batch: readonly unknown[]) => void) {
    this.#parts = parts;
    const answers: WorkerCalls = {
      start: (configOf) => this.#start(configOf),
      beat: async () => undefined,
      setFault: async (fault) => this.#writer.setFault(fault),
      replaceCertificate: async (certificate) => (await this.#frontend.promise).listener.replace(certificate),
      sample: async () => (await this.#frontend.promise).metrics.sample(),
      stop: () => this.#stop(),
    };
    this.supervisor = new RpcPeer<SupervisorCalls>(answers, send);
    this.#writer = new DistantWriter((write) => this.supervisor.call("write", write));
  }

  async #start({ number, settings, data, databaseFiles, address, certificate, fault }: WorkerConfig): Promise<void> {
    const { supervisor } = this;
    const opening = this.#opening;
    this.#writer.setFault(fault);
    opening.defer(shareDirectoryLock(data));
    requireFiles(places.metadata(data), databaseFiles);
    const log = new Log((text) => supervisor.call("log", text), {
      ...logOptions(settings),
      common: { worker: number },
    });
    opening.defer(() => log.flush());
    const signingKey = settings.legacy ? await readSigningKey(data) : undefined;
    const parts = this.#parts;
    const driver = parts.driver(await FilesystemDriver.open(places.storage(data)));
    const database = opening.adopt(openStoreOver(places.metadata(data), this.#writer), (opened) => opened.close());
    const frontend = openFrontend(opening, settings, parts, {
      store: parts.store(new WorkerStore(database, supervisor)),
      driver,
      locks: locksOf(supervisor),
      legacy: signingKey && { signingKey, tarsums: tarsumQueueOf(supervisor) },
      address,
      certificate,
      log,
      data,
      number,
      expose: () => inTime(supervisor.call("expose"), registryLimits.probeMs),
    });
    frontend.metrics.add(memoryOf(String(number)));
    this.#frontend.resolve(frontend);
  }

  async #stop(): Promise<void> {
    await this.#opening.disposeAsync();
    this.stopped = true;
  }
}

/** Throws if the database files are not those of the supervisor: they would not contain its commits. */
function requireFiles(path: string, identity: string): void {
  if (new DatabaseFiles(path).identity === identity) return;
  throw new Error(`${path}, its -wal or its -shm was removed or replaced while the registry runs; restart it`);
}

/** The store of a worker. Its supervisor knows upload sessions that have no row yet. */
class WorkerStore extends StoreDecorator {
  readonly #supervisor: Supervisor;

  constructor(inner: MetadataStore, supervisor: Supervisor) {
    super(inner);
    this.#supervisor = supervisor;
  }

  override async upload(repository: RepositoryName, id: string): Promise<UploadRecord | undefined> {
    return (await this.inner.upload(repository, id)) ?? inTime(this.#supervisor.call("upload", repository, id));
  }
}

/**
 * The queue of the supervisor for all workers, so that a client that uses several workers waits as long as a client
 * of one.
 */
function tarsumQueueOf(supervisor: Supervisor): Queue {
  let last = 0;
  return {
    enter(client) {
      const id = (last += 1);
      return {
        turn: supervisor.call("enterTarsums", id, client),
        leave: () => supervisor.notify("leaveTarsums", id),
      };
    },
  };
}

function locksOf(supervisor: Supervisor): SessionLocks {
  return {
    async lock(id) {
      const unlock = () => supervisor.notify("unlock", id);
      const asked = supervisor.call("lock", id);
      try {
        const { locked, session } = await inTime(asked);
        return locked ? { unlock, session } : undefined;
      } catch (error) {
        // The request has ended, so a lock that is granted later is released.
        void asked.then(({ locked }) => locked && unlock()).catch(() => undefined);
        throw error;
      }
    },
    handover: (id) => inTime(supervisor.call("handover", id)),
  };
}

/** Waits for an answer of the supervisor, but at most `ms` milliseconds. */
async function inTime<T>(answer: Promise<T>, ms: number = metadataLimits.supervisorAnswerMs): Promise<T> {
  try {
    return await within(ms, answer, () => new UnavailableError("the supervisor does not answer"));
  } catch (error) {
    throw error instanceof PeerGone ? new UnavailableError(`the supervisor is gone: ${error.message}`) : error;
  }
}
