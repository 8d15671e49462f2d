import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { baseLimits } from "./limits.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** Why something cannot be decompressed; a clause that goes on from its name. */
export class InflationError extends Error {}

export const gzipMagic = Buffer.of(0x1f, 0x8b);

/**
 * Takes gzip apart, piece by piece. What comes out is bounded, in bytes and against what went in (CVE-2017-14992, LIM-13).
 * All of `compressed` is read, though what follows the end of the gzip does not count; its pieces may change when the next
 * one is asked for.
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
  let taken = 0;
  async function* counted(): Bytes {
    for (let next = await source.next(); !next.done; next = await source.next()) {
      taken += next.value.length;
      // A stream asks for the next piece before it has used the last.
      yield new Uint8Array(next.value);
    }
  }
  async function drain(inflated: Bytes): Promise<void> {
    let given = 0;
    for await (const bytes of inflated) {
      given += bytes.length;
      if (given > maxBytes) throw new InflationError(`is larger than ${maxBytes} bytes`);
      requireRatio(given, taken);
      take(bytes);
    }
  }
  try {
    await pipeline(Readable.from(counted(), { highWaterMark: 1 }), gunzip, drain);
  } catch (error) {
    // The pipeline is given up where the gzip ends before its source does; then all of it is through.
    if (isAbort(error) && gunzip.readableEnded) return;
    throw isZlibError(error) ? new InflationError("is not valid gzip") : error;
  }
}

function requireRatio(given: number, taken: number): void {
  if (given <= baseLimits.inflationSlack || given <= taken * baseLimits.inflationRatio) return;
  throw new InflationError(`inflates to more than ${baseLimits.inflationRatio} times its size`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
