/// <reference lib="webworker" />
/** Computes one tarsum, where the millions of small steps that it may take hold up nobody. It asks for the bytes. */
import type { TarsumLabel } from "../oci/tarsum/label.ts";
import { TarError } from "../oci/tarsum/tar-header.ts";
import { tarsumOf } from "./tarsums.ts";

declare const self: Worker;

export type ToTarsum =
  | { readonly kind: "begin"; readonly length: number; readonly label: TarsumLabel }
  | { readonly kind: "piece"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

export type FromTarsum =
  /** So many bytes from the layer's start are to be sent, piece by piece. */
  | { readonly kind: "read"; readonly length: number }
  | { readonly kind: "next" }
  | { readonly kind: "sum"; readonly hex: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** A defect. */
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
    return { kind: "sum", hex: await tarsumOf({ length: begin.length, read }, begin.label) };
  } catch (error) {
    if (error instanceof TarError) return { kind: "refused", reason: error.message };
    return { kind: "failed", reason: (error as Error).stack ?? String(error) };
  }
}

say(await compute());
