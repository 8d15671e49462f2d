import { Semaphore } from "../../base/async/semaphore.ts";
import { eventLoopQueue } from "../../base/async/event-loop-queue.ts";
import { ociLimits } from "../../oci/limits.ts";
import { contentLimits } from "./limits.ts";
import { releaseBuffer } from "../../base/release-buffer.ts";
import { startThread } from "../../base/thread.ts";
import { toTransferable } from "../../base/transferable.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { ManifestFormats, RefusedManifest } from "./manifest-format.ts";
import { plainFormats } from "./plain-formats.ts";
import { parsePush, type MergedDocument, type ParsedManifest, type ParseRequest } from "./parsed-manifest.ts";
import type { FromParser, MergeRequest, ToParser } from "./parser-thread.ts";

/**
 * `ManifestParser` parses manifests. A usual manifest takes less than a millisecond, and the parser parses it at
 * once. A manifest of 4 MiB can take hundreds of milliseconds and many times its size in memory, and the signatures
 * of a small one can take tens of milliseconds. So large and signed manifests are admitted one at a time, and parsed
 * in a thread that starts with the first of them (docs/decisions/0010).
 */
export class ManifestParser {
  readonly #formats: ManifestFormats;
  readonly #inThread = new Semaphore(1);
  #thread: Worker | undefined;

  constructor(formats = plainFormats) {
    this.#formats = formats;
  }

  /**
   * Calls `use` with the parsed manifest. The thread parses the next manifest only after `use` has ended. Then the
   * parser also releases the bytes of a manifest that was parsed in the thread.
   */
  async parse<T>(request: ParseRequest, use: (manifest: ParsedManifest | RefusedManifest) => Promise<T>): Promise<T> {
    if (this.#isParsedAtOnce(request)) {
      return use(await eventLoopQueue.run("parse a manifest", () => parsePush(request, this.#formats.list)));
    }
    const done = Promise.withResolvers<T>();
    void this.#inThread.with(async () => {
      const began = performance.now();
      await this.#parseInThread(request, use).then(done.resolve, done.reject);
      // The pause is as long as the parsing took. It leaves the cores to other requests.
      await Bun.sleep(Math.min(performance.now() - began, contentLimits.manifestRestMs));
    });
    return done.promise;
  }

  /** Merges the stored document of a formatted manifest with a pushed one that is in use. */
  async merge(request: MergeRequest): Promise<MergedDocument> {
    const answer = await this.#ask({ kind: "merge", ...request });
    if (answer.kind === "merged") return answer.document;
    throw new Error(answer.kind === "failed" ? answer.reason : `a merge ended with ${answer.kind}`);
  }

  close(): void {
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  #isParsedAtOnce({ bytes, mediaType }: ParseRequest): boolean {
    if (bytes.length > ociLimits.manifestReadAtOnceBytes) return false;
    return !this.#formats.list.some((format) => format.detects(bytes, mediaType));
  }

  async #parseInThread<T>(
    request: ParseRequest,
    use: (manifest: ParsedManifest | RefusedManifest) => Promise<T>,
  ): Promise<T> {
    const bytes = toTransferable(request.bytes);
    const manifest = parsedBy(await this.#ask({ kind: "parse", request: { ...request, bytes } }, [bytes.buffer]));
    try {
      return await use(manifest);
    } finally {
      if ("bytes" in manifest) releaseBuffer(manifest.bytes);
    }
  }

  #ask(message: ToParser, transferred: readonly ArrayBuffer[] = []): Promise<FromParser> {
    const thread = (this.#thread ??= startThread(this.#formats.thread));
    return new Promise((resolve) => {
      thread.onmessage = ({ data }: MessageEvent<FromParser>) => resolve(data);
      thread.onerror = (event) => {
        this.close();
        resolve({ kind: "failed", reason: `the thread that parses manifests ended: ${event.message}` });
      };
      thread.postMessage(message, [...transferred]);
    });
  }
}

function parsedBy(answer: FromParser): ParsedManifest | RefusedManifest {
  if (answer.kind === "parsed") return answer.manifest;
  if (answer.kind === "refused") throw new RegistryError(answer.failure, answer.items);
  throw new Error(answer.kind === "failed" ? answer.reason : `a parse ended with ${answer.kind}`);
}
