import { startThread } from "../../base/thread.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import { BodyInterrupted } from "../uploads/chunk.ts";
import type { FromTarsum, ToTarsum } from "./tarsum.worker.ts";
import type { ByteSource } from "../../storage/byte-source.ts";
import type { TarsumVariant } from "./tarsums.ts";

/**
 * Computes the tarsums of a layer as `tarsumsOf` does, in a separate thread that ends afterwards: a layer of 200,000
 * files takes seconds and much memory, and is rare (docs/decisions/0009). Throws TarError if the layer has no tarsum,
 * and BodyInterrupted when `gone` is aborted, because then no client waits for them.
 */
export async function readTarsums(
  layer: ByteSource,
  kinds: readonly TarsumVariant[],
  gone?: AbortSignal,
): Promise<string[]> {
  using thread = new TarsumThread(gone);
  let answer = await thread.ask({ kind: "begin", length: layer.length, kinds });
  while (answer.kind === "read") answer = await send(thread, layer.read(answer.length));
  if (answer.kind === "sums") return [...answer.hex];
  if (answer.kind === "refused") throw new TarError(answer.reason);
  throw new Error(answer.kind === "failed" ? answer.reason : `tarsums ended with ${answer.kind}`);
}

/** Sends bytes until the thread has received what it requested, or needs no more. */
async function send(thread: TarsumThread, pieces: AsyncIterable<Uint8Array>): Promise<FromTarsum> {
  for await (const bytes of pieces) {
    const answer = await thread.ask({ kind: "piece", bytes });
    if (answer.kind !== "next") return answer;
  }
  return thread.ask({ kind: "end" });
}

/**
 * The main thread's side of a tarsum thread. The thread answers each message with one, unless the client disconnects
 * first.
 */
class TarsumThread {
  readonly #worker = startThread("registry/legacy/tarsum.worker.ts");
  readonly #gone: AbortSignal | undefined;

  constructor(gone: AbortSignal | undefined) {
    this.#gone = gone;
  }

  ask(message: ToTarsum): Promise<FromTarsum> {
    const { promise, resolve, reject } = Promise.withResolvers<FromTarsum>();
    const giveUp = () => reject(new BodyInterrupted());
    this.#worker.onmessage = ({ data }: MessageEvent<FromTarsum>) => resolve(data);
    this.#worker.onerror = ({ message: reason }) => resolve({ kind: "failed", reason });
    this.#gone?.addEventListener("abort", giveUp, { once: true });
    if (this.#gone?.aborted) giveUp();
    else this.#worker.postMessage(message);
    return promise.finally(() => this.#gone?.removeEventListener("abort", giveUp));
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
