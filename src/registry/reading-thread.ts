/// <reference lib="webworker" />
/** Reads large manifests, and signed ones, where only others of them wait for it. */
import { movable } from "../base/movable.ts";
import { standBack } from "../base/thread-priority.ts";
import type { Digest } from "../oci/digest.ts";
import { RegistryError, type ErrorItem, type Failure } from "../oci/errors.ts";
import {
  mergeSigned,
  readManifest,
  type MergedDocument,
  type ReadManifest,
  type UnreadManifest,
} from "./manifest-reading.ts";
import type { RefusedManifest } from "./schema1-reading.ts";

declare const self: Worker;

export type ToReader =
  | { readonly kind: "read"; readonly unread: UnreadManifest }
  | { readonly kind: "merge"; readonly kept: Uint8Array; readonly pushed: Uint8Array; readonly digest: Digest };

export type FromReader =
  | { readonly kind: "read"; readonly manifest: ReadManifest | RefusedManifest }
  | { readonly kind: "merged"; readonly document: MergedDocument }
  | { readonly kind: "refused"; readonly failure: Failure; readonly items: readonly ErrorItem[] }
  /** A defect: what was thrown is nothing that the core throws. */
  | { readonly kind: "failed"; readonly reason: string };

// Small requests are answered first.
standBack();

self.onmessage = ({ data }: MessageEvent<ToReader>) => {
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

function answer(asked: ToReader): FromReader {
  try {
    if (asked.kind === "read") return { kind: "read", manifest: readManifest(asked.unread) };
    return { kind: "merged", document: mergeSigned(asked.kept, asked.pushed, asked.digest) };
  } catch (error) {
    if (error instanceof RegistryError) return { kind: "refused", failure: error.failure, items: error.items };
    return { kind: "failed", reason: (error as Error).stack ?? String(error) };
  }
}
