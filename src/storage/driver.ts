/**
 * Where bytes lie. A driver knows nothing of repositories or digests' meaning: it keeps upload bytes that grow, and objects
 * that never change, but that another copy of the same bytes may take the place of one that may be damaged. What resolves is
 * durable, but for `write`.
 */
import type { Digest } from "../oci/digest.ts";
import { UnavailableError } from "../oci/errors.ts";

/** The bytes of an upload session, open at their end. One writer at a time; the caller sees to that. */
export interface UploadWriter {
  /** Bytes written so far, all of them. */
  readonly offset: number;
  /** Resolves when the chunk may be reused; not yet durable. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes everything written durable, for the session to go on later. After a failure the session must not be used again. */
  sync(): Promise<void>;
  /**
   * Makes everything written durable under a key that never existed before, and returns that key. The session keeps its
   * bytes, until they are discarded: only the row that names the key ends it. They may be shared, so once a row names the
   * key, the session is not to be opened again.
   */
  commit(digest: Digest): Promise<string>;
  /**
   * Makes everything written durable in the place of the object under this key, which has the same bytes unless they were
   * damaged: who opens it finds the one or the other, and who reads it goes on with what was opened. The session's bytes go.
   */
  replace(key: string): Promise<void>;
  /** Forgets what was written since the writer was opened, and gives its room back. */
  rollback(): Promise<void>;
  /** Frees what the writer holds; what was written stays. */
  close(): Promise<void>;
}

/** Everything here throws StorageFull or StorageFault where the storage does not do its part. */
export interface StorageDriver {
  /**
   * Opens the bytes of a session at `offset`; what lies beyond was never acknowledged and is cut off.
   * Throws UploadLost where fewer than `offset` bytes are there.
   */
  openUpload(id: string, offset: number): Promise<UploadWriter>;
  /** The bytes of a session from its start, `length` of them; throws UploadLost where there are fewer. */
  readUpload(id: string, length: number): AsyncIterable<Uint8Array>;
  /** Where those bytes lie as a file that other threads can read; undefined where they lie in none. */
  uploadFile(id: string): string | undefined;
  /** Forgets the bytes of a session; not an error where there are none. */
  discardUpload(id: string): Promise<void>;
  /** Sessions that have bytes. */
  listUploads(): Promise<string[]>;

  /** The object, to be read in whole or in slices without holding it in memory; undefined where it is missing. */
  open(key: string): Promise<Blob | undefined>;
  /** Bytes of the object; undefined where it is missing. */
  sizeOf(key: string): Promise<number | undefined>;
  /** All of an object that has `size` bytes, for small ones; undefined where it is missing, or has more or fewer. */
  read(key: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Parts of the storage in which objects are listed, each by itself; every object is in one of them. */
  readonly shards: readonly string[];
  /** The keys of the objects in a shard. */
  listObjects(shard: string): Promise<string[]>;
  /** Since when an object has its key: milliseconds since the epoch, by the storage's clock; undefined where it is missing. */
  timeOf(key: string): Promise<number | undefined>;
  /** Removes an object; not an error where it is missing. */
  remove(key: string): Promise<void>;
  /** Resolves when a write could be made durable now; throws otherwise. */
  probe(): Promise<void>;
}

/** The bytes of a session are gone, or fewer than were acknowledged. */
export class UploadLost extends Error {}

/** There is no room left; what was written before is kept. */
export class StorageFull extends UnavailableError {}

/** The bytes could not be written or made durable for another reason. */
export class StorageFault extends UnavailableError {}
