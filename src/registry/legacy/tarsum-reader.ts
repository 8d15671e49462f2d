import { TarError } from "../../docker/tarsum/tar-header.ts";
import { BodyInterrupted } from "../uploads/chunk.ts";
import type { FromTarsum, ToTarsum } from "./tarsum.worker.ts";
import type { Layer, TarsumKind } from "./tarsums.ts";

/**
 * The tarsums of a layer, as `tarsumsOf` gives them, computed in a separate thread that ends with them: a layer of 200,000 files
 * takes seconds and more memory than all else, and is rare (docs/decisions/0009). Throws TarError where the layer has none, and
 * BodyInterrupted once `gone` is aborted: no client waits for them any more.
 */
export async function readTarsums(layer: Layer, kinds: readonly TarsumKind[], gone?: AbortSignal): Promise<string[]> {
  using thread = new TarsumThread(gone);
  let answer = await thread.ask({ kind: "begin", length: layer.length, kinds });
  while (answer.kind === "read") answer = await send(thread, layer.read(answer.length));
  if (answer.kind === "sums") return [...answer.hex];
  if (answer.kind === "refused") throw new TarError(answer.reason);
  throw new Error(answer.kind === "failed" ? answer.reason : `tarsums ended with ${answer.kind}`);
}

/** Until the thread has what it wanted, or wants no more. */
async function send(thread: TarsumThread, pieces: AsyncIterable<Uint8Array>): Promise<FromTarsum> {
  for await (const bytes of pieces) {
    const answer = await thread.ask({ kind: "piece", bytes });
    if (answer.kind !== "next") return answer;
  }
  return thread.ask({ kind: "end" });
}

/** Answers each message with one, unless the client is gone before. */
class TarsumThread {
  readonly #worker = new Worker(new URL("./tarsum.worker.ts", import.meta.url), { smol: true });
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
