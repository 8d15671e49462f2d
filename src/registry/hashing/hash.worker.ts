/// <reference lib="webworker" />
/** The thread that hashes the bytes that the event loop has written, in parallel with it. */
import { closeSync, constants, openSync, readSync } from "node:fs";
import { lowerThreadPriority } from "../../base/thread-priority.ts";
import { Digester, type Algorithm, type Digest } from "../../oci/digest.ts";

declare const self: Worker;

/** A request to the hash thread. The first message with a new number begins a hash. */
export type ToHasher =
  | {
      readonly kind: "add";
      readonly hash: number;
      readonly algorithm: Algorithm;
      /** The bytes of this file from `start` to `end` come next. */
      readonly file: string;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: "digest"; readonly hash: number; readonly algorithm: Algorithm }
  | { readonly kind: "forget"; readonly hash: number };

/** A response of the hash thread. */
export type FromHasher =
  | { readonly kind: "added"; readonly hash: number; readonly end: number }
  /** The hash failed. `lost` means that the file is missing or too short. */
  | { readonly kind: "failed"; readonly hash: number; readonly lost: boolean; readonly reason: string }
  | { readonly kind: "digest"; readonly hash: number; readonly digest: Digest };

// Small requests have priority.
lowerThreadPriority();

const digesters = new Map<number, Digester>();
const buffer = new Uint8Array(128 * 1024);

self.onmessage = ({ data }: MessageEvent<ToHasher>) => {
  if (data.kind === "forget") {
    digesters.delete(data.hash);
    return;
  }
  const { hash, algorithm } = data;
  const digester = digesters.get(hash) ?? new Digester(algorithm);
  digesters.set(hash, digester);
  if (data.kind === "digest") return reply({ kind: "digest", hash, digest: digester.digest() });
  try {
    const { file, start, end } = data;
    add(digester, file, start, end);
    reply({ kind: "added", hash, end });
  } catch (error) {
    const lost = error instanceof TooShort || (error as NodeJS.ErrnoException).code === "ENOENT";
    reply({ kind: "failed", hash, lost, reason: (error as Error).message });
  }
};

class TooShort extends Error {}

/** Hashes a part of the file. It opens the file for each part, so no message is needed to close it. */
function add(digester: Digester, file: string, start: number, end: number): void {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (let at = start; at < end;) {
      const read = readSync(descriptor, buffer, 0, Math.min(buffer.length, end - at), at);
      if (read === 0) throw new TooShort(`${file} has ${at} of ${end} bytes`);
      digester.update(buffer.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(descriptor);
  }
}

function reply(message: FromHasher): void {
  self.postMessage(message);
}
