import { limits } from "../base/limits.ts";
import { Semaphore } from "../base/semaphore.ts";
import { turns } from "../base/turns.ts";
import { RegistryError } from "../oci/errors.ts";
import { movable } from "../base/movable.ts";
import { readManifest, type ReadManifest, type UnreadManifest } from "./manifest-reading.ts";
import type { FromReader } from "./reading-thread.ts";
import type { RefusedManifest } from "./schema1-reading.ts";

/**
 * Reads manifests. A usual one takes less than a millisecond and is read at once; one of 4 MiB can take hundreds and many
 * times its size, so large ones are taken in one after the other, and read in a thread that is there from the first of them
 * on (docs/decisions/0010).
 */
export class ManifestReader {
  readonly #large = new Semaphore(1);
  #thread: Worker | undefined;

  /** `use` ends before the next large manifest is read. */
  async read<T>(unread: UnreadManifest, use: (manifest: ReadManifest | RefusedManifest) => Promise<T>): Promise<T> {
    if (unread.bytes.length <= limits.manifestReadAtOnceBytes) {
      return use(await turns.run("read a manifest", () => readManifest(unread)));
    }
    return this.#large.with(async () => use(await this.#readInThread(unread)));
  }

  close(): void {
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  async #readInThread(unread: UnreadManifest): Promise<ReadManifest | RefusedManifest> {
    const answer = await this.#ask(unread);
    if (answer.kind === "read") return answer.manifest;
    if (answer.kind === "refused") throw new RegistryError(answer.failure, answer.items);
    throw new Error(answer.reason);
  }

  #ask(unread: UnreadManifest): Promise<FromReader> {
    const thread = (this.#thread ??= new Worker(new URL("./reading-thread.ts", import.meta.url), { smol: true }));
    return new Promise((resolve) => {
      thread.onmessage = ({ data }: MessageEvent<FromReader>) => resolve(data);
      thread.onerror = ({ message }) => {
        this.close();
        resolve({ kind: "failed", reason: `the thread that reads manifests ended: ${message}` });
      };
      const bytes = movable(unread.bytes);
      thread.postMessage({ ...unread, bytes }, [bytes.buffer]);
    });
  }
}
