import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { limits } from "../base/limits.ts";
import type { TarsumLabel } from "../oci/tarsum/label.ts";
import { TarError } from "../oci/tarsum/tar-header.ts";
import { TarsumDigester } from "../oci/tarsum/tarsum.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** A layer that can be read more than once. */
export interface Layer {
  /** Bytes, as they lie there: of a compressed layer, the compressed ones. */
  readonly length: number;
  /** So many bytes from its start. The pieces are the reader's, and may change when it is asked for the next one. */
  readonly read: (length: number) => Bytes;
}

/** The hexadecimal part of a layer's tarsum, the layer compressed with gzip or not. Throws TarError where it has none. */
export async function tarsumOf(layer: Layer, label: TarsumLabel): Promise<string> {
  requireSize(layer.length);
  const digester = new TarsumDigester(label);
  if (await isGzip(layer)) await inflate(layer, digester);
  else for await (const bytes of layer.read(layer.length)) digester.update(bytes);
  return digester.digest();
}

async function isGzip({ length, read }: Layer): Promise<boolean> {
  const start = Buffer.concat(await Array.fromAsync(read(Math.min(2, length)), (bytes) => bytes.slice()));
  return start.equals(gzipMagic);
}

const gzipMagic = Buffer.of(0x1f, 0x8b);

/** What comes out of a compressed layer is bounded, in bytes and against what went in (CVE-2017-14992, LIM-13). */
async function inflate({ length, read }: Layer, digester: TarsumDigester): Promise<void> {
  let taken = 0;
  async function* compressed(): Bytes {
    for await (const bytes of read(length)) {
      taken += bytes.length;
      // A stream asks for the next piece before it has used the last.
      yield bytes.slice();
    }
  }
  async function take(inflated: Bytes): Promise<void> {
    let given = 0;
    for await (const bytes of inflated) {
      given += bytes.length;
      requireSize(given);
      requireRatio(given, taken);
      digester.update(bytes);
    }
  }
  const gunzip = createGunzip({ chunkSize: limits.inflatedPieceBytes });
  try {
    await pipeline(Readable.from(compressed(), { highWaterMark: 1 }), gunzip, take);
  } catch (error) {
    throw isZlibError(error) ? new TarError("the layer is not valid gzip") : error;
  }
}

function requireSize(bytes: number): void {
  if (bytes > limits.tarsumBytes) throw new TarError(`the layer is larger than ${limits.tarsumBytes} bytes`);
}

function requireRatio(given: number, taken: number): void {
  if (given <= limits.inflationSlack || given <= taken * limits.inflationRatio) return;
  throw new TarError(`the layer inflates to more than ${limits.inflationRatio} times its size`);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
