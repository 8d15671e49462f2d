/**
 * The interface of storage drivers, which store bytes. A driver knows neither repositories nor the meaning of digests.
 * It stores the growing bytes of upload sessions, and objects that never change; only a copy of the same bytes may
 * replace an object that may be damaged. Everything is durable when its promise resolves, except for `write`.
 */
import type { Digest } from "../oci/digest.ts";
import { UnavailableError } from "../oci/errors.ts";

/**
 * The bytes of an upload session, open at their end. A session has at most one writer at a time; the caller ensures
 * that.
 */
export interface UploadWriter {
  /** Number of bytes of the session, including those that are not durable yet. */
  readonly offset: number;
  /** Appends a chunk. Resolves when the caller may reuse the chunk; the bytes are not durable yet. */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Makes all written bytes durable, so that the session can be resumed later. After a failure the session must not be
   * used again.
   */
  sync(): Promise<void>;
  /**
   * Makes all written bytes durable as an object under a new key, which no object had before, and returns the key. The
   * session keeps its bytes until they are discarded, because the session ends only when a row names the key. The
   * object and the session may share the bytes, so the session must not be opened again once a row names the key.
   */
  commit(digest: Digest): Promise<string>;
  /**
   * Makes all written bytes durable and replaces the object under this key with them. The object has the same bytes
   * unless they were damaged. A reader that opens the object gets the old or the new bytes, and continues with those it
   * opened. Removes the bytes of the session.
   */
  replace(key: string): Promise<void>;
  /** Discards the bytes written since the writer was opened, and frees their space. */
  rollback(): Promise<void>;
  /** Releases the resources of the writer. The written bytes stay. */
  close(): Promise<void>;
}

/** A storage for upload sessions and objects. Every method throws StorageFull or StorageFault if the storage fails. */
export interface StorageDriver {
  /**
   * Opens the bytes of an upload session at `offset`. Bytes beyond the offset were never acknowledged and are cut off.
   * Throws UploadLost if fewer than `offset` bytes exist.
   */
  openUpload(id: string, offset: number): Promise<UploadWriter>;
  /** Reads the first `length` bytes of an upload session. Throws UploadLost if fewer exist. */
  readUpload(id: string, length: number): AsyncIterable<Uint8Array>;
  /**
   * Path of a file with the bytes of the session, which other threads can read; undefined if the driver stores them in
   * no file.
   */
  uploadFile(id: string): string | undefined;
  /** Removes the bytes of an upload session; not an error if it has none. */
  discardUpload(id: string): Promise<void>;
  /** Ids of the upload sessions that have bytes. */
  listUploads(): Promise<string[]>;

  /** Opens an object to read all or slices of it without buffering it in memory; undefined if it is missing. */
  open(key: string): Promise<Blob | undefined>;
  /** Size of an object in bytes; undefined if it is missing. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Reads a whole object of `size` bytes, for small ones; undefined if it is missing or has another size. */
  read(key: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Parts of the storage that are listed separately. Every object is in exactly one of them. */
  readonly shards: readonly string[];
  /** Keys of the objects in a shard. */
  listObjects(shard: string): Promise<string[]>;
  /**
   * Time at which an object got its key, in milliseconds since the epoch by the storage's clock; undefined if it is
   * missing.
   */
  timeOf(key: string): Promise<number | undefined>;
  /** Removes an object; not an error if it is missing. */
  remove(key: string): Promise<void>;
  /** Resolves if a write can be made durable now; throws otherwise. */
  probe(): Promise<void>;
}

/** The bytes of an upload session are gone, or fewer exist than were acknowledged. */
export class UploadLost extends Error {}

/** The storage has no room left. Bytes that were written before remain stored. */
export class StorageFull extends UnavailableError {}

/** The storage could not write the bytes or make them durable, for another reason than missing room. */
export class StorageFault extends UnavailableError {}
