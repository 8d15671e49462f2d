import { giveBack } from "../base/give-back.ts";
import { limits } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { turns } from "../base/turns.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import { movable } from "../base/movable.ts";
import { readManifest, type MergedDocument, type ReadManifest, type UnreadManifest } from "./manifest-reading.ts";
import type { FromReader, ToReader } from "./reading-thread.ts";
import { announcesSchema1 } from "../oci/schema1/announced.ts";
import type { RefusedManifest } from "./schema1-reading.ts";

/**
 * Reads manifests. A usual one takes less than a millisecond and is read at once. One of 4 MiB can take hundreds and many times
 * its size, and the signatures of a small one tens: large and signed manifests are taken in one after the other, and read in a
 * thread that is there from the first of them on (docs/decisions/0010).
 */
export class ManifestReader {
  readonly #inThread = new Semaphore(1);
  #thread: Worker | undefined;

  /** `use` ends before the next manifest is read in the thread; the bytes of a manifest that was read there are gone with it. */
  async read<T>(unread: UnreadManifest, use: (manifest: ReadManifest | RefusedManifest) => Promise<T>): Promise<T> {
    if (isReadAtOnce(unread)) return use(await turns.run("read a manifest", () => readManifest(unread)));
    const done = Promise.withResolvers<T>();
    void this.#inThread.with(async () => {
      const began = performance.now();
      await this.#readAndUse(unread, use).then(done.resolve, done.reject);
      // For as long as this one has taken, the cores are for everybody else.
      await Bun.sleep(Math.min(performance.now() - began, limits.manifestRestMs));
    });
    return done.promise;
  }

  /** Joins the signatures of a stored document and of a pushed one that is in use (`mergeSigned`). */
  async merge(kept: Uint8Array, pushed: Uint8Array, digest: Digest): Promise<MergedDocument> {
    const answer = await this.#ask({ kind: "merge", kept, pushed, digest });
    if (answer.kind === "merged") return answer.document;
    throw new Error(answer.kind === "failed" ? answer.reason : `a merge ended with ${answer.kind}`);
  }

  async #readAndUse<T>(
    unread: UnreadManifest,
    use: (manifest: ReadManifest | RefusedManifest) => Promise<T>,
  ): Promise<T> {
    const read = await this.#readInThread(unread);
    try {
      return await use(read);
    } finally {
      if ("bytes" in read) giveBack(read.bytes);
    }
  }

  close(): void {
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #readInThread(unread: UnreadManifest): Promise<ReadManifest | RefusedManifest> {
    const bytes = movable(unread.bytes);
    const answer = await this.#ask({ kind: "read", unread: { ...unread, bytes } }, [bytes.buffer]);
    if (answer.kind === "read") return answer.manifest;
    if (answer.kind === "refused") throw new RegistryError(answer.failure, answer.items);
    throw new Error(answer.kind === "failed" ? answer.reason : `a reading ended with ${answer.kind}`);
  }

  #ask(asked: ToReader, moved: readonly ArrayBuffer[] = []): Promise<FromReader> {
    const thread = (this.#thread ??= new Worker(new URL("./reading-thread.ts", import.meta.url), { smol: true }));
    return new Promise((resolve) => {
      thread.onmessage = ({ data }: MessageEvent<FromReader>) => resolve(data);
      thread.onerror = ({ message }) => {
        this.close();
        resolve({ kind: "failed", reason: `the thread that reads manifests ended: ${message}` });
      };
      thread.postMessage(asked, [...moved]);
    });
  }
}

function isReadAtOnce({ bytes, mediaType, schema1 }: UnreadManifest): boolean {
  return bytes.length <= limits.manifestReadAtOnceBytes && !(schema1 && announcesSchema1(bytes, mediaType));
}
