/** The calls between a supervisor and its workers. */
import type { Certificate } from "../../base/certificate.ts";
import type { Settings } from "../../config/settings.ts";
import type { Sample } from "../../http/observe/exposition.ts";
import type { ListenAddress } from "../../http/server.ts";
import type { DistantResult } from "../../metadata/sqlite/distant-writer.ts";
import type { Write } from "../../metadata/sqlite/messages.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";

/** The configuration of a worker, which the supervisor sends. */
export interface WorkerConfig {
  /** The number of the worker, from 1. A replacement has the number of the worker that it replaces. */
  readonly number: number;
  readonly settings: Settings;
  /** The absolute path of the data directory. */
  readonly data: string;
  /** The identity of the database files (`DatabaseFiles.identity`). */
  readonly databaseFiles: string;
  /** The address with the port that all workers share. */
  readonly address: ListenAddress;
  readonly certificate: Certificate | undefined;
  /** Why no write is accepted at the moment; undefined while writes are accepted. */
  readonly fault: string | undefined;
}

/** The calls that a worker answers. */
export type WorkerCalls = {
  /** Resolves when the worker listens. */
  readonly start: (configOf: WorkerConfig) => Promise<void>;
  /** Resolves at once; a worker that does not answer is stuck. */
  readonly beat: () => Promise<void>;
  /** Why no write is accepted from now on; undefined if writes are accepted again. */
  readonly setFault: (fault: string | undefined) => Promise<void>;
  readonly replaceCertificate: (certificate: Certificate) => Promise<void>;
  readonly sample: () => Promise<Sample>;
  /** Completes the requests, and makes received bytes of uploads durable. */
  readonly stop: () => Promise<void>;
};

/** The result of a request for the lock of an upload session. */
export interface Locking {
  readonly locked: boolean;
  /** A session that has no row yet, so that the worker need not ask again. */
  readonly session?: UploadRecord | undefined;
}

/** The calls that the supervisor answers. */
export type SupervisorCalls = {
  readonly write: (write: Write) => Promise<DistantResult>;
  /**
   * Locks an upload session (registry/uploads/session-locks.ts). The locks of a worker are released when it exits.
   */
  readonly lock: (id: string) => Promise<Locking>;
  readonly unlock: (id: string) => Promise<void>;
  readonly handover: (id: string) => Promise<void>;
  /**
   * Enters the queue for tarsums, of which the machine computes one at a time. The worker chooses `id`. Resolves to
   * true when the tarsum may start, and to false if the queue is full. The places of a worker are released when it
   * exits.
   */
  readonly enterTarsums: (id: number, client: string) => Promise<boolean>;
  /** Ends the computation, or leaves the queue before it starts. */
  readonly leaveTarsums: (id: number) => Promise<void>;
  /** Looks up a session that a worker does not find: it may have no row yet. */
  readonly upload: (repository: RepositoryName, id: string) => Promise<UploadRecord | undefined>;
  /** Writes whole lines to the log, and resolves when they are written. */
  readonly log: (text: string) => Promise<void>;
  /** The metrics of all processes. */
  readonly expose: () => Promise<string>;
};
