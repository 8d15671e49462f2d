import { encodedOf, type Digest } from "../../oci/digest.ts";
import { UploadLost, type StorageDriver, type UploadWriter } from "../driver.ts";

/** A driver that stores everything in this process. It is for tests; "durable" means "until the process ends". */
export class MemoryDriver implements StorageDriver {
  readonly #uploads = new Map<string, Uint8Array[]>();
  readonly #objects = new Map<string, Blob>();
  /** Times of the objects, in milliseconds since the epoch. */
  readonly #times = new Map<string, number>();
  readonly shards = ["all"];

  async openUpload(id: string, offset: number): Promise<UploadWriter> {
    const stored = Buffer.concat(this.#uploads.get(id) ?? []);
    if (stored.length < offset) throw new UploadLost(`upload session ${id} has ${stored.length} of ${offset} bytes`);
    const chunks: Uint8Array[] = [new Uint8Array(stored.subarray(0, offset))];
    this.#uploads.set(id, chunks);
    return new MemoryWriter(chunks, offset, {
      commit: (digest) => this.#commit(id, digest),
      replace: (key) => this.#replace(id, key),
    });
  }

  async *readUpload(id: string, length: number): AsyncIterable<Uint8Array> {
    let left = length;
    for (const chunk of this.#uploads.get(id) ?? []) {
      const part = chunk.subarray(0, left);
      if (part.length > 0) yield part;
      left -= part.length;
    }
    if (left > 0) throw new UploadLost(`upload session ${id} has ${left} bytes fewer than ${length}`);
  }

  uploadFile(): undefined {}

  async discardUpload(id: string): Promise<void> {
    this.#uploads.delete(id);
  }

  async listUploads(): Promise<string[]> {
    return [...this.#uploads.keys()];
  }

  async open(key: string): Promise<Blob | undefined> {
    return this.#objects.get(key);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return this.#objects.get(key)?.size;
  }

  async read(key: string, size: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const object = this.#objects.get(key);
    return object?.size === size ? object.bytes() : undefined;
  }

  async listObjects(): Promise<string[]> {
    return [...this.#objects.keys()];
  }

  async timeOf(key: string): Promise<number | undefined> {
    return this.#times.get(key);
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
    this.#times.delete(key);
  }

  async probe(): Promise<void> {}

  #commit(id: string, digest: Digest): string {
    const key = `${encodedOf(digest)}.${crypto.randomUUID()}`;
    this.#put(key, this.#blobOf(id));
    return key;
  }

  #replace(id: string, key: string): void {
    if (!this.#uploads.has(id)) throw new UploadLost(`upload session ${id} was discarded`);
    this.#put(key, this.#blobOf(id));
    this.#uploads.delete(id);
  }

  #put(key: string, object: Blob): void {
    this.#objects.set(key, object);
    this.#times.set(key, Date.now());
  }

  #blobOf(id: string): Blob {
    return new Blob((this.#uploads.get(id) ?? []) as Uint8Array<ArrayBuffer>[]);
  }
}

interface MemoryEnds {
  readonly commit: (digest: Digest) => string;
  readonly replace: (key: string) => void;
}

class MemoryWriter implements UploadWriter {
  readonly #chunks: Uint8Array[];
  readonly #start: number;
  readonly #ends: MemoryEnds;
  offset: number;

  constructor(chunks: Uint8Array[], offset: number, ends: MemoryEnds) {
    this.#chunks = chunks;
    this.#start = offset;
    this.#ends = ends;
    this.offset = offset;
  }

  async commit(digest: Digest): Promise<string> {
    return this.#ends.commit(digest);
  }

  async replace(key: string): Promise<void> {
    this.#ends.replace(key);
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(new Uint8Array(chunk));
    this.offset += chunk.length;
  }

  async sync(): Promise<void> {}

  async rollback(): Promise<void> {
    const stored = Buffer.concat(this.#chunks).subarray(0, this.#start);
    this.#chunks.splice(0, this.#chunks.length, new Uint8Array(stored));
    this.offset = this.#start;
  }

  async close(): Promise<void> {}
}
