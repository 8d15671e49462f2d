/// <reference lib="webworker" />
/** Reads large manifests where that holds up nobody but other large ones. */
import { movable } from "../base/movable.ts";
import { RegistryError, type ErrorItem, type Failure } from "../oci/errors.ts";
import { readManifest, type ReadManifest, type UnreadManifest } from "./manifest-reading.ts";
import type { RefusedManifest } from "./schema1-reading.ts";

declare const self: Worker;

export type FromReader =
  | { readonly kind: "read"; readonly manifest: ReadManifest | RefusedManifest }
  | { readonly kind: "refused"; readonly failure: Failure; readonly items: readonly ErrorItem[] }
  /** A defect: what was thrown is nothing that the core throws. */
  | { readonly kind: "failed"; readonly reason: string };

self.onmessage = ({ data }: MessageEvent<UnreadManifest>) => {
  const answered = answer(data);
  self.postMessage(answered, moved(answered));
  // What a large document leaves behind is many times its size, and the next one may be long in coming.
  Bun.gc(true);
};

/** The bytes go from thread to thread without a copy. */
function moved(answered: FromReader): ArrayBuffer[] {
  if (answered.kind !== "read" || !("bytes" in answered.manifest)) return [];
  const { bytes } = answered.manifest;
  return movable(bytes) === bytes ? [bytes.buffer as ArrayBuffer] : [];
}

function answer(unread: UnreadManifest): FromReader {
  try {
    return { kind: "read", manifest: readManifest(unread) };
  } catch (error) {
    if (error instanceof RegistryError) return { kind: "refused", failure: error.failure, items: error.items };
    return { kind: "failed", reason: (error as Error).stack ?? String(error) };
  }
}
