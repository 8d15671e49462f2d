import { ociLimits } from "../../oci/limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { StorageDriver, UploadWriter } from "../../storage/driver.ts";
import type { Services } from "../services.ts";
import type { UploadRecord } from "../../metadata/store.ts";

/**
 * The bytes of an open upload session. While they are few and no client was told that they are durable, they are only
 * in memory, and not in storage.
 */
export class UploadBytes {
  readonly #driver: StorageDriver;
  readonly #limit: number;
  readonly #session: Pick<UploadRecord, "id" | "offset">;
  #writer: UploadWriter | undefined;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  private constructor({ driver, inlineBlobBytes }: Services, session: Pick<UploadRecord, "id" | "offset">) {
    this.#driver = driver;
    this.#limit = inlineBlobBytes ?? ociLimits.inlineBlobBytes;
    this.#session = session;
  }

  /**
   * Opens the bytes. If the client has not announced their number, they go to storage from the first byte, so that a
   * thread can hash them.
   */
  static async open(
    services: Services,
    session: Pick<UploadRecord, "id" | "offset">,
    announced: boolean,
  ): Promise<UploadBytes> {
    const bytes = new UploadBytes(services, session);
    if (session.offset > 0 || !announced || bytes.#limit === 0) await bytes.#store();
    return bytes;
  }

  get offset(): number {
    return this.#writer?.offset ?? this.#heldBytes;
  }

  /** The file with all bytes; undefined if they are not in a file. */
  get file(): string | undefined {
    return this.#writer && this.#driver.uploadFile(this.#session.id);
  }

  /** Appends a piece of the body. Resolves when the piece may be reused. */
  async write(piece: Uint8Array): Promise<void> {
    if (this.#writer) return this.#writer.write(piece);
    if (this.#heldBytes + piece.length >= this.#limit) return (await this.#store()).write(piece);
    this.#held.push(new Uint8Array(piece));
    this.#heldBytes += piece.length;
  }

  async sync(): Promise<void> {
    await (await this.#store()).sync();
  }

  async commit(digest: Digest): Promise<string> {
    return (await this.#store()).commit(digest);
  }

  /** Makes all bytes durable in place of the object with this key, which has the same digest. */
  async replace(key: string): Promise<void> {
    await (await this.#store()).replace(key);
  }

  /** Discards the bytes that arrived since the session was opened. */
  async rollback(): Promise<void> {
    this.#held = [];
    this.#heldBytes = 0;
    await this.#writer?.rollback();
  }

  /** Reads `length` bytes from the start. A piece is valid until the reader requests the next one. */
  async *read(length: number): AsyncIterable<Uint8Array> {
    if (this.#writer) yield* this.#driver.readUpload(this.#session.id, length);
    else yield Buffer.concat(this.#held, length);
  }

  /** All bytes, if they are few enough for an inline blob; otherwise undefined. */
  async inline(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.offset >= this.#limit) return undefined;
    const bytes = new Uint8Array(this.offset);
    let at = 0;
    for await (const piece of this.read(bytes.length)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** Whether storage has a copy of the bytes. */
  get isStored(): boolean {
    return this.#writer !== undefined;
  }

  async close(): Promise<void> {
    const writer = this.#writer;
    await writer?.close();
    // A session without durable bytes may end with bytes that only storage has.
    if (writer?.offset === 0) await this.#driver.discardUpload(this.#session.id);
  }

  async #store(): Promise<UploadWriter> {
    if (this.#writer) return this.#writer;
    const writer = await this.#driver.openUpload(this.#session.id, this.#session.offset);
    this.#writer = writer;
    for (const chunk of this.#held) await writer.write(chunk);
    this.#held = [];
    return writer;
  }
}
