/// <reference lib="webworker" />
/** The thread that converts images to schema 1 manifests and signs them, so that no request waits for it. */
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { ConversionError } from "../../docker/schema1/conversion-error.ts";
import { importSigningKey } from "../../docker/schema1/key.ts";
import { signPayload } from "../../docker/schema1/sign.ts";
import { toSchema1, type ModernImage } from "../../docker/schema1/to-schema1.ts";

declare const self: Worker;

/** A request to the conversion thread. */
export interface ToConverter {
  readonly image: ModernImage;
  /** The signing key, as `exportSigningKey` writes it. It passes only between threads of one process. */
  readonly key: string;
  /** The time of the conversion, in milliseconds since the epoch. */
  readonly at: number;
}

/** A response of the conversion thread. */
export type FromConverter =
  | {
      readonly kind: "converted";
      /** The digest of the payload. */
      readonly digest: Digest;
      readonly bytes: Uint8Array;
      readonly hasEmptyLayers: boolean;
    }
  | ({ readonly kind: "refused" } & Pick<ConversionError, "document" | "at" | "reason">)
  /** A defect of the registry, not of the image. */
  | { readonly kind: "failed"; readonly reason: string };

// Small requests have priority.
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
