import type { TarsumLabel } from "../oci/tarsum/label.ts";
import { TarError } from "../oci/tarsum/tar-header.ts";
import type { FromTarsum, ToTarsum } from "./tarsum-thread.ts";
import type { Layer } from "./tarsums.ts";

/**
 * A layer's tarsum, computed in a thread of its own that ends with it: a layer of 200,000 files takes seconds and more memory
 * than all else, and is rare (docs/decisions/0009). Throws TarError where the layer has none.
 */
export async function readTarsum(layer: Layer, label: TarsumLabel): Promise<string> {
  using thread = new TarsumThread();
  let answer = await thread.ask({ kind: "begin", length: layer.length, label });
  while (answer.kind === "read") answer = await send(thread, layer.read(answer.length));
  if (answer.kind === "sum") return answer.hex;
  if (answer.kind === "refused") throw new TarError(answer.reason);
  throw new Error(answer.kind === "failed" ? answer.reason : `a tarsum ended with ${answer.kind}`);
}

/** Until the thread has what it wanted, or wants no more. */
async function send(thread: TarsumThread, pieces: AsyncIterable<Uint8Array>): Promise<FromTarsum> {
  for await (const bytes of pieces) {
    const answer = await thread.ask({ kind: "piece", bytes });
    if (answer.kind !== "next") return answer;
  }
  return thread.ask({ kind: "end" });
}

/** Answers each message with one. */
class TarsumThread {
  readonly #worker = new Worker(new URL("./tarsum-thread.ts", import.meta.url), { smol: true });

  ask(message: ToTarsum): Promise<FromTarsum> {
    return new Promise((resolve) => {
      this.#worker.onmessage = ({ data }: MessageEvent<FromTarsum>) => resolve(data);
      this.#worker.onerror = ({ message: reason }) => resolve({ kind: "failed", reason });
      this.#worker.postMessage(message);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
