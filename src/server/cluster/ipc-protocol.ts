/** What a supervisor and its workers ask of each other. */
import type { Certificate } from "../../base/certificate.ts";
import type { Settings } from "../../config/settings.ts";
import type { Sample } from "../../http/observe/exposition.ts";
import type { ListenAddress } from "../../http/server.ts";
import type { DistantResult } from "../../metadata/sqlite/distant-writer.ts";
import type { Write } from "../../metadata/sqlite/messages.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";

export interface WorkerConfig {
  /** Counts from 1; a worker that takes the place of another has its number. */
  readonly number: number;
  readonly settings: Settings;
  /** Absolute. */
  readonly data: string;
  /** Which files its database is in (`DatabaseFiles.identity`). */
  readonly databaseFiles: string;
  /** With the port that all of them share. */
  readonly address: ListenAddress;
  readonly certificate: Certificate | undefined;
  /** Why no write is taken at the moment; undefined while they are. */
  readonly fault: string | undefined;
}

/** Asked of a worker. */
export type WorkerCalls = {
  /** Resolves when it listens. */
  readonly start: (configOf: WorkerConfig) => Promise<void>;
  /** Resolves at once; a worker that does not answer is stuck. */
  readonly beat: () => Promise<void>;
  /** Why no write is taken from now on; undefined where they are again. */
  readonly setFault: (fault: string | undefined) => Promise<void>;
  readonly replaceCertificate: (certificate: Certificate) => Promise<void>;
  readonly sample: () => Promise<Sample>;
  /** Lets requests end, and keeps what has arrived. */
  readonly stop: () => Promise<void>;
};

/** What became of the wish to write to an upload session. */
export interface Locking {
  readonly locked: boolean;
  /** Of a session that has no row yet, so that nobody has to ask again. */
  readonly session?: UploadRecord | undefined;
}

/** Asked of the supervisor. */
export type SupervisorCalls = {
  readonly write: (write: Write) => Promise<DistantResult>;
  /** Of upload sessions (registry/uploads/session-locks.ts); what a worker holds at its end is given back. */
  readonly lock: (id: string) => Promise<Locking>;
  readonly unlock: (id: string) => Promise<void>;
  readonly handover: (id: string) => Promise<void>;
  /**
   * A place in the queue for tarsums, one of which is computed at a time on the machine. `id` is of the worker's own choice. Resolves
   * when the turn of the place has come; to false where the queue was full. What a worker has at its end is given up.
   */
  readonly enterTarsums: (id: number, client: string) => Promise<boolean>;
  /** Ends the turn, or gives up the place before. */
  readonly leaveTarsums: (id: number) => Promise<void>;
  /** A session that a worker does not find: it may have no row yet. */
  readonly upload: (repository: RepositoryName, id: string) => Promise<UploadRecord | undefined>;
  /** Whole lines; resolves when they are written. */
  readonly log: (text: string) => Promise<void>;
  /** The metrics of all processes. */
  readonly expose: () => Promise<string>;
};
