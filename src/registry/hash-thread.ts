/// <reference lib="webworker" />
/** Hashes what the loop has received, beside it. */
import { standBack } from "../base/thread-priority.ts";
import { Digester, type Algorithm, type Digest } from "../oci/digest.ts";

declare const self: Worker;

/** The first message of a hash begins it. */
export type ToHasher =
  | {
      readonly kind: "add";
      readonly hash: number;
      readonly algorithm: Algorithm;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: "digest"; readonly hash: number; readonly algorithm: Algorithm }
  | { readonly kind: "forget"; readonly hash: number };

export type FromHasher =
  | { readonly kind: "added"; readonly hash: number; readonly bytes: number }
  | { readonly kind: "digest"; readonly hash: number; readonly digest: Digest };

// Small requests are answered first.
standBack();

const digesters = new Map<number, Digester>();

self.onmessage = ({ data }: MessageEvent<ToHasher>) => {
  if (data.kind === "forget") {
    digesters.delete(data.hash);
    return;
  }
  const { hash, algorithm } = data;
  const digester = digesters.get(hash) ?? new Digester(algorithm);
  digesters.set(hash, digester);
  if (data.kind === "digest") return reply({ kind: "digest", hash, digest: digester.digest() });
  const { length } = data.bytes;
  digester.update(data.bytes);
  // Gives the memory back now; the collector does not see how much of it lies outside of its heap.
  data.bytes.buffer.transfer(0);
  reply({ kind: "added", hash, bytes: length });
};

function reply(message: FromHasher): void {
  self.postMessage(message);
}
