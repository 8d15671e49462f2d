/** Operations that read one object repeatedly, and the checks of their replies. */
import { mediaTypes } from "../oci/media-type.ts";
import type { Digest } from "../oci/digest.ts";
import { Failure } from "./failure.ts";
import type { Client } from "./http/client.ts";
import type { Operation } from "./workload.ts";

/**
 * The digest is checked once in this many reads, and the length in each. Hashing every body would cost more than
 * reading it.
 */
const readsForDigest = 64;

/** A stored object that a workload reads. */
export interface Stored {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
}

/** Makes an operation that sends HEAD requests. */
export function heads(client: Client, { path, size }: Stored): Operation {
  const request = client.request("HEAD", path, { headers: accepted });
  return async (current) => {
    const { headers } = await current.ask(request, 200);
    requireLength(path, Number(headers.get("content-length") ?? Number.NaN), size);
    return 0;
  };
}

/** Makes an operation that sends GET requests. */
export function gets(client: Client, { path, size, digest }: Stored): Operation {
  const request = client.request("GET", path, { headers: accepted });
  return async (current, nth) => {
    const hashed = nth % readsForDigest === 0;
    const answer = await current.ask(request, 200, hashed ? "digest" : "count");
    requireLength(path, answer.length, size);
    if (hashed && answer.digest !== digest) throw new Failure("wrong bytes", `${path} is ${answer.digest}`);
    return size;
  };
}

const accepted = { Accept: `${mediaTypes.ociManifest}, */*` };

function requireLength(path: string, length: number, size: number): void {
  if (length !== size) throw new Failure("wrong length", `${path} has ${length} bytes instead of ${size}`);
}
