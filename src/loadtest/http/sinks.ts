import { createHash } from "node:crypto";
import { ociLimits } from "../../oci/limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { Failure } from "../failure.ts";

/** How to treat the bytes of a body: count them, hash them, or keep them. */
export type BodyUse = "count" | "digest" | "keep";

/** A receiver of the bytes of a body. */
export interface Sink {
  take(bytes: Uint8Array): void;
  /** Ends the body and returns the result. */
  end(): { readonly digest?: Digest; readonly body?: Uint8Array };
}

const counting: Sink = { take: () => undefined, end: () => ({}) };

/** Makes the sink for a use of a body. */
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
