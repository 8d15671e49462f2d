/// <reference lib="webworker" />
/** The thread that parses large and signed manifests one at a time. A worker module starts it with its formats. */
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { toTransferable } from "../../base/transferable.ts";
import type { Digest } from "../../oci/digest.ts";
import { RegistryError, type ErrorItem, type Failure } from "../../oci/errors.ts";
import type { MediaType } from "../../oci/media-type.ts";
import type { ManifestFormat, RefusedManifest } from "./manifest-format.ts";
import {
  mergeDocument,
  parsePush,
  type MergedDocument,
  type ParsedManifest,
  type ParseRequest,
} from "./parsed-manifest.ts";

declare const self: Worker;

/** A request to the parser thread. */
export type ToParser =
  | { readonly kind: "parse"; readonly request: ParseRequest }
  | ({ readonly kind: "merge" } & MergeRequest);

/** A request to merge two documents of one payload, whose digest is `digest`. */
export interface MergeRequest {
  readonly mediaType: MediaType;
  readonly stored: Uint8Array;
  readonly pushed: Uint8Array;
  readonly digest: Digest;
}

/** A response of the parser thread. */
export type FromParser =
  | { readonly kind: "parsed"; readonly manifest: ParsedManifest | RefusedManifest }
  | { readonly kind: "merged"; readonly document: MergedDocument }
  | { readonly kind: "refused"; readonly failure: Failure; readonly items: readonly ErrorItem[] }
  /** A defect of the registry, not of the manifest. */
  | { readonly kind: "failed"; readonly reason: string };

/** Answers each message of the main thread with one message. */
export function serveParser(formats: readonly ManifestFormat[]): void {
  // Requests for small manifests have priority.
  lowerThreadPriority();
  self.onmessage = ({ data }: MessageEvent<ToParser>) => {
    const answer = answerTo(data, formats);
    self.postMessage(answer, transferred(answer));
    // A large document leaves garbage of many times its size, and the next message may come much later.
    Bun.gc(true);
  };
}

/** The buffers in a response, which move to the other thread without a copy. */
function transferred(answer: FromParser): ArrayBuffer[] {
  if (answer.kind !== "parsed" || !("bytes" in answer.manifest)) return [];
  const { bytes } = answer.manifest;
  return toTransferable(bytes) === bytes ? [bytes.buffer as ArrayBuffer] : [];
}

function answerTo(message: ToParser, formats: readonly ManifestFormat[]): FromParser {
  try {
    if (message.kind === "parse") return { kind: "parsed", manifest: parsePush(message.request, formats) };
    const { mediaType, stored, pushed, digest } = message;
    const format = formats.find((candidate) => candidate.includes(mediaType))!;
    return { kind: "merged", document: mergeDocument(format, stored, pushed, digest) };
  } catch (error) {
    if (error instanceof RegistryError) return { kind: "refused", failure: error.failure, items: error.items };
    return { kind: "failed", reason: (error as Error).stack ?? String(error) };
  }
}
