/// <reference lib="webworker" />
/** Writes images as manifests of schema 1 and signs them, where no request waits for it. */
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { importSigningKey } from "../../docker/schema1/key.ts";
import { signPayload } from "../../docker/schema1/sign.ts";
import { toSchema1, type ModernImage } from "../../docker/schema1/to-schema1.ts";

declare const self: Worker;

export interface ToConverter {
  readonly image: ModernImage;
  /** What signs it, as `exportSigningKey` writes it; it goes from thread to thread of one process only. */
  readonly key: string;
  /** When that is, in milliseconds since the epoch. */
  readonly at: number;
}

export type FromConverter =
  | {
      readonly kind: "converted";
      /** Of the payload. */
      readonly digest: Digest;
      readonly bytes: Uint8Array;
      readonly hasEmptyLayers: boolean;
    }
  | ({ readonly kind: "refused" } & Pick<ConversionError, "document" | "at" | "reason">)
  /** A defect. */
  | { readonly kind: "failed"; readonly reason: string };

// Small requests are answered first.
lowerThreadPriority();

self.onmessage = ({ data }: MessageEvent<ToConverter>) => self.postMessage(answer(data));

function answer({ image, key, at }: ToConverter): FromConverter {
  try {
    const { payload, hasEmptyLayers } = toSchema1(image);
    const bytes = signPayload(payload, importSigningKey(key), new Date(at));
    return { kind: "converted", digest: digestOf(payload), bytes, hasEmptyLayers };
  } catch (error) {
    if (!(error instanceof ConversionError)) return { kind: "failed", reason: (error as Error).stack ?? String(error) };
    const { document, at: place, reason } = error;
    return { kind: "refused", document, at: place, reason };
  }
}
