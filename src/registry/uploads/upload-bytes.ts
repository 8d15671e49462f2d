import { ociLimits } from "../../oci/limits.ts";
import type { Digest } from "../../oci/digest.ts";
import type { StorageDriver, UploadWriter } from "../../storage/driver.ts";
import type { Services } from "../services.ts";
import type { UploadRecord } from "../../metadata/store.ts";

/**
 * The bytes of a session that is open at its end. As long as they are few and nobody was told that they are kept, they are
 * held here, and storage hears nothing of them.
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

  /** Where nobody says how many come, storage has them from the first one on: so a thread can read what it is to hash. */
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

  /** The file that all of them lie in, where there is one. */
  get file(): string | undefined {
    return this.#writer && this.#driver.uploadFile(this.#session.id);
  }

  /** Resolves when the chunk may be reused. */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#writer) return this.#writer.write(chunk);
    if (this.#heldBytes + chunk.length >= this.#limit) return (await this.#store()).write(chunk);
    this.#held.push(new Uint8Array(chunk));
    this.#heldBytes += chunk.length;
  }

  async sync(): Promise<void> {
    await (await this.#store()).sync();
  }

  async commit(digest: Digest): Promise<string> {
    return (await this.#store()).commit(digest);
  }

  /** Puts all of them in the place of the object under the key, which has the same digest. */
  async replace(key: string): Promise<void> {
    await (await this.#store()).replace(key);
  }

  /** Forgets what came since it was opened. */
  async rollback(): Promise<void> {
    this.#held = [];
    this.#heldBytes = 0;
    await this.#writer?.rollback();
  }

  /** So many of them from the start. A piece is the reader's until it asks for the next one. */
  async *read(length: number): AsyncIterable<Uint8Array> {
    if (this.#writer) yield* this.#driver.readUpload(this.#session.id, length);
    else yield Buffer.concat(this.#held, length);
  }

  /** All of them, where they are few. */
  async short(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.offset >= this.#limit) return undefined;
    const bytes = new Uint8Array(this.offset);
    let at = 0;
    for await (const piece of this.read(bytes.length)) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /** Whether storage has a copy of them. */
  get isStored(): boolean {
    return this.#writer !== undefined;
  }

  async close(): Promise<void> {
    const writer = this.#writer;
    await writer?.close();
    // A session without bytes may end with some that storage never hears of.
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
