import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { baseLimits } from "./limits.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** Why data cannot be decompressed. The message is a clause that follows the name of the data. */
export class InflationError extends Error {}

/** The first bytes of gzip data. */
export const gzipMagic = Buffer.of(0x1f, 0x8b);

/**
 * Decompresses gzip data and passes it on piece by piece. The output is limited, in bytes and relative to the input
 * (CVE-2017-14992, LIM-13). All of `compressed` is read, although data after the end of the gzip is ignored. Its pieces
 * may be overwritten when the next one is requested. Throws an InflationError.
 */
export async function inflate(compressed: Bytes, maxBytes: number, take: (bytes: Uint8Array) => void): Promise<void> {
  const source = compressed[Symbol.asyncIterator]();
  try {
    await inflateGzip(source, maxBytes, take);
    while (!(await source.next()).done);
  } finally {
    await source.return?.();
  }
}

async function inflateGzip(source: AsyncIterator<Uint8Array>, maxBytes: number, take: (bytes: Uint8Array) => void) {
  const gunzip = createGunzip({ chunkSize: baseLimits.inflatedPieceBytes });
  let compressedBytes = 0;
  async function* counted(): Bytes {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      compressedBytes += next.value.length;
      // A stream requests the next piece before it has used the last one.
      yield new Uint8Array(next.value);
    }
  }
  async function drain(inflated: Bytes): Promise<void> {
    let inflatedBytes = 0;
    for await (const bytes of inflated) {
      inflatedBytes += bytes.length;
      if (inflatedBytes > maxBytes) throw new InflationError(`is larger than ${maxBytes} bytes`);
      requireRatio(inflatedBytes, compressedBytes);
      take(bytes);
    }
  }
  try {
    await pipeline(Readable.from(counted(), { highWaterMark: 1 }), gunzip, drain);
  } catch (error) {
    // The pipeline is aborted if the gzip ends before its source does. All output has been passed on then.
    if (isAbort(error) && gunzip.readableEnded) return;
    throw isZlibError(error) ? new InflationError("is not valid gzip") : error;
  }
}

function requireRatio(inflatedBytes: number, compressedBytes: number): void {
  if (inflatedBytes <= baseLimits.inflationSlack || inflatedBytes <= compressedBytes * baseLimits.inflationRatio)
    return;
  throw new InflationError(`inflates to more than ${baseLimits.inflationRatio} times its size`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
