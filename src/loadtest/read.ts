/** Reads of one thing again and again, and what has to be right about their answers. */
import { mediaTypes } from "../oci/media-type.ts";
import type { Digest } from "../oci/digest.ts";
import { Failure } from "./failure.ts";
import type { Client } from "./http/client.ts";
import type { Operation } from "./workload.ts";

/** The length is looked at every time; to hash every body would cost more than to read it. */
const readsForDigest = 64;

export interface Stored {
  readonly path: string;
  readonly size: number;
  readonly digest: Digest;
}

export function heads(client: Client, { path, size }: Stored): Operation {
  const request = client.request("HEAD", path, { headers: accepted });
  return async (asked) => {
    const { headers } = await asked.ask(request, 200);
    requireLength(path, Number(headers.get("content-length") ?? Number.NaN), size);
    return 0;
  };
}

export function gets(client: Client, { path, size, digest }: Stored): Operation {
  const request = client.request("GET", path, { headers: accepted });
  return async (asked, nth) => {
    const hashed = nth % readsForDigest === 0;
    const answer = await asked.ask(request, 200, hashed ? "digest" : "count");
    requireLength(path, answer.length, size);
    if (hashed && answer.digest !== digest) throw new Failure("wrong bytes", `${path} is ${answer.digest}`);
    return size;
  };
}

const accepted = { Accept: `${mediaTypes.ociManifest}, */*` };

function requireLength(path: string, length: number, size: number): void {
  if (length !== size) throw new Failure("wrong length", `${path} has ${length} bytes in place of ${size}`);
}
