import type { Algorithm, Digest } from "../../oci/digest.ts";
import type { RepositoryName } from "../../oci/repository-name.ts";

/** An upload session. */
export interface UploadRecord {
  readonly id: string;
  readonly repository: RepositoryName;
  readonly algorithm: Algorithm;
  /** Number of bytes that are received and durable. */
  readonly offset: number;
  /** Digest of these bytes, by the session's algorithm; absent if it was not recorded. */
  readonly digest?: Digest;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** Name of the principal that started the session; absent if it is unknown. */
  readonly actor?: string | undefined;
}

/** The reads of a metadata store about upload sessions. */
export interface UploadReads {
  upload(repository: RepositoryName, id: string): Promise<UploadRecord | undefined>;
  expiredUploads(now: number, limit: number): Promise<UploadRecord[]>;
  /** Of the given ids, those of existing sessions. */
  knownUploads(ids: readonly string[]): Promise<string[]>;
}

/** The writes of a metadata store about upload sessions. */
export interface UploadWrites {
  /**
   * Starts an upload session for a client. `client` is any name that identifies it; without a name, the session counts
   * for no client. Returns false, and changes nothing, if the client has too many sessions.
   */
  startUpload(upload: UploadRecord, client?: string): Promise<boolean>;
  /**
   * Compare and set: returns false, and changes nothing, if the session is gone or its offset is not `from`. `digest`
   * is that of the first `to` bytes.
   */
  advanceUpload(id: string, from: number, to: number, expiresAt: number, digest?: Digest): Promise<boolean>;
  /** Ends a session; false if it does not exist. */
  endUpload(id: string): Promise<boolean>;
  /** Ends a session that has expired by `now`; false if it is gone or was continued in the meantime. */
  expireUpload(id: string, now: number): Promise<boolean>;
}
