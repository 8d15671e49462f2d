/// <reference lib="webworker" />
/**
 * The thread that computes the tarsums of one layer. This can take millions of small steps, which must not delay
 * requests. The thread requests the bytes from the main thread.
 */
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import { tarsumsOf, type TarsumVariant } from "./tarsums.ts";

declare const self: Worker;

/** A message to the tarsum thread. */
export type ToTarsum =
  | { readonly kind: "begin"; readonly length: number; readonly kinds: readonly TarsumVariant[] }
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

/** A message from the tarsum thread. */
export type FromTarsum =
  /** The thread requests `length` bytes from the start of the layer, in pieces. */
  | { readonly kind: "read"; readonly length: number }
  | { readonly kind: "next" }
  | { readonly kind: "sums"; readonly hex: readonly string[] }
  | { readonly kind: "refused"; readonly reason: string }
  /** A defect of the registry, not of the layer. */
  | { readonly kind: "failed"; readonly reason: string };

const messages: ToTarsum[] = [];
let arrived = Promise.withResolvers<void>();
self.onmessage = ({ data }: MessageEvent<ToTarsum>) => {
  messages.push(data);
  arrived.resolve();
};

async function receive(): Promise<ToTarsum> {
  while (messages.length === 0) {
    await arrived.promise;
    arrived = Promise.withResolvers();
  }
  return messages.shift()!;
}

function say(message: FromTarsum): void {
  self.postMessage(message);
}

async function* read(length: number): AsyncGenerator<Uint8Array> {
  say({ kind: "read", length });
  for (let message = await receive(); message.kind === "piece"; message = await receive()) {
    yield message.bytes;
    say({ kind: "next" });
  }
}

async function compute(): Promise<FromTarsum> {
  const begin = await receive();
  if (begin.kind !== "begin") throw new TypeError(`a tarsum does not begin with ${begin.kind}`);
  try {
    return { kind: "sums", hex: await tarsumsOf({ length: begin.length, read }, begin.kinds) };
  } catch (error) {
    if (error instanceof TarError) return { kind: "refused", reason: error.message };
    return { kind: "failed", reason: (error as Error).stack ?? String(error) };
  }
}

// Small requests have priority.
lowerThreadPriority();

say(await compute());
