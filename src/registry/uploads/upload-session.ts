import { algorithmOf, digestOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { releaseBuffer } from "../../base/release-buffer.ts";
import type { UploadRecord } from "../../metadata/store.ts";
import type { ReceivedBytes, VerifiedDigests } from "../content/blob-commit.ts";
import type { RunningHash } from "../hashing/running-hash.ts";
import type { HashSource, RunningHashes } from "../hashing/running-hashes.ts";
import type { Services } from "../services.ts";
import { BodyInterrupted, checkArriving, checkReceived, type Chunk } from "./chunk.ts";
import { uploadLimits } from "./limits.ts";
import type { UploadBytes } from "./upload-bytes.ts";
import type { Verification } from "./verification.ts";

/** The parts of an upload session that a request has open. */
export interface OpenParts {
  readonly services: Services;
  /** The row of the session. It says how many bytes are durable. */
  readonly record: UploadRecord;
  readonly bytes: UploadBytes;
  readonly hash: RunningHash;
  /** Stores the running hash for the next request. */
  readonly hashes: Pick<RunningHashes, "put">;
  /** Ends the session: removes its row, its running hash and its bytes. */
  readonly end: () => Promise<void>;
}

/**
 * `UploadSession` is an upload session that one request has open for appending. Bytes go from the socket through the
 * hash into storage. They stay in memory only if the blob is small enough to be inline.
 */
export class UploadSession implements ReceivedBytes {
  readonly #parts: OpenParts;
  readonly #startOffset: number;
  /** The digest that is committed; undefined before the bytes are verified. */
  #verified: Digest | undefined;

  constructor(parts: OpenParts) {
    this.#parts = parts;
    this.#startOffset = parts.record.offset;
  }

  /** The id of the session. */
  get uploadId(): string {
    return this.#parts.record.id;
  }

  get repository(): UploadRecord["repository"] {
    return this.#parts.record.repository;
  }

  get actor(): string | undefined {
    return this.#parts.record.actor;
  }

  /** The number of bytes, including those that this request has received. */
  get size(): number {
    return this.#parts.bytes.offset;
  }

  /**
   * Reads the body to its end. After an interruption, it makes the received bytes durable and throws the error of the
   * interruption.
   */
  async receive(chunk: Chunk): Promise<void> {
    const { record, bytes } = this.#parts;
    try {
      await this.#write(chunk);
      checkReceived(record, chunk, bytes.offset);
    } catch (error) {
      if (error instanceof BodyInterrupted) throw await this.#interrupted(chunk);
      await bytes.rollback();
      throw error;
    }
  }

  /** Makes the received bytes durable, and then updates the row. */
  async persist(): Promise<UploadRecord> {
    const { services, record, bytes, hash, hashes } = this.#parts;
    const { offset } = bytes;
    const { uploadLifetimeMs, emptyUploadLifetimeMs } = uploadLimits;
    const expiresAt = services.clock.now() + (offset > 0 ? uploadLifetimeMs : emptyUploadLifetimeMs);
    if (offset > this.#startOffset) await this.#orAbandon(() => bytes.sync());
    // A hash that was lost with its thread is computed again when it is needed.
    const digest = await hash.digest().catch(() => undefined);
    const advanced = await services.store.advanceUpload(record.id, this.#startOffset, offset, expiresAt, digest);
    if (!advanced) throw uploadUnknown(record.id);
    hashes.put(record.id, hash, offset);
    return { ...record, offset, ...(digest && { digest }), expiresAt };
  }

  /**
   * Compares the digests with the bytes. If a digest is wrong, the session ends: the client has said that it has sent
   * everything, and starts again.
   */
  async verify(verification: Verification, digests: readonly Digest[], chunk: Chunk): Promise<VerifiedDigests> {
    const { bytes, hash } = this.#parts;
    const source: HashSource = { file: bytes.file, length: bytes.offset, read: (length) => bytes.read(length) };
    try {
      const verified = await verification.digests({ hash, source }, digests, chunk.sender);
      [this.#verified] = verified.digests;
      return verified;
    } catch (error) {
      if (error instanceof BodyInterrupted) throw await this.#interrupted(chunk);
      // The queue for tarsums was full. The client can send the same request again without the bytes.
      if (error instanceof RegistryError && error.failure === "TOO_MANY_REQUESTS") await this.persist();
      if (error instanceof RegistryError && error.failure === "DIGEST_MISMATCH") await this.#parts.end();
      throw error;
    }
  }

  async inline(): Promise<Uint8Array | undefined> {
    const bytes = await this.#parts.bytes.inline();
    const digest = this.#verified!;
    // Earlier requests wrote to a file, and the hash was computed from what they sent. The file may have changed since.
    if (!bytes || this.#startOffset === 0 || digestOf(bytes, algorithmOf(digest)) === digest) return bytes;
    await this.#parts.end();
    throw uploadUnknown(this.uploadId);
  }

  commit(digest: Digest): Promise<string> {
    return this.#orAbandon(() => this.#parts.bytes.commit(digest));
  }

  replace(key: string): Promise<void> {
    return this.#parts.bytes.replace(key);
  }

  async discardBytes(): Promise<void> {
    const { services, bytes } = this.#parts;
    if (bytes.isStored) await services.driver.discardUpload(this.uploadId);
  }

  /**
   * Writes and hashes a body. A piece is hashed while it, or the next one, is written. `add` resolves when the socket
   * may be read again.
   */
  async #write(chunk: Chunk): Promise<void> {
    const { record, bytes, hash } = this.#parts;
    for await (const piece of chunk.body) {
      checkArriving(record, chunk, bytes.offset - this.#startOffset + piece.length);
      await hash.add(piece, bytes.write(piece));
      releaseBuffer(piece);
    }
  }

  /**
   * Handles an interrupted body: the received bytes become durable, so that a client that knows the session can
   * resume it.
   */
  async #interrupted({ isMonolithic }: Chunk): Promise<RegistryError> {
    if (isMonolithic) return new RegistryError("UPLOAD_INVALID");
    await this.persist();
    return new RegistryError("UPLOAD_INVALID", { detail: { offset: this.size } });
  }

  /**
   * Abandons the session if a sync fails. After a failed sync, the content on the disk is unknown, even if a second
   * sync succeeds.
   */
  async #orAbandon<T>(makeDurable: () => Promise<T>): Promise<T> {
    try {
      return await makeDurable();
    } catch (error) {
      await this.#parts.end().catch(() => undefined);
      throw error;
    }
  }
}

/** The error for an upload session that does not exist. */
export function uploadUnknown(id: string): RegistryError {
  return new RegistryError("UPLOAD_UNKNOWN", { detail: { session: id } });
}
