import { createHash } from "node:crypto";
import { ociLimits } from "../../oci/limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { Failure } from "../failure.ts";

/** What is done with the body of an answer: its bytes are only counted, hashed, or kept. */
export type BodyUse = "count" | "digest" | "keep";

/** Where the bytes of a body go. */
export interface Sink {
  take(bytes: Uint8Array): void;
  /** What was made of them. */
  end(): { readonly digest?: Digest; readonly body?: Uint8Array };
}

const counting: Sink = { take: () => undefined, end: () => ({}) };

export function sinkFor(use: BodyUse): Sink {
  if (use === "count") return counting;
  return use === "digest" ? hashing() : keeping();
}

function hashing(): Sink {
  const hash = createHash("sha256");
  return {
    take: (bytes) => void hash.update(bytes),
    end: () => ({ digest: `sha256:${hash.digest("hex")}` as Digest }),
  };
}

function keeping(): Sink {
  const pieces: Uint8Array[] = [];
  let size = 0;
  return {
    take(bytes) {
      size += bytes.length;
      if (size > ociLimits.answerBytes) throw new Failure("too long", `a body is longer than ${size - 1} bytes`);
      pieces.push(bytes.slice());
    },
    end: () => ({ body: Buffer.concat(pieces) }),
  };
}
