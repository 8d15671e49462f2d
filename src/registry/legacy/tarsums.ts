import { gzipMagic, inflate, InflationError } from "../../base/inflate.ts";
import { legacyLimits } from "./limits.ts";
import type { TarsumLabel } from "../../docker/tarsum/label.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import { TarsumDigester } from "../../docker/tarsum/tarsum.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** A layer that can be read more than once. */
export interface Layer {
  /** Bytes, as they lie there: of a compressed layer, the compressed ones. */
  readonly length: number;
  /** So many bytes from its start. The pieces are the reader's, and may change when it is asked for the next one. */
  readonly read: (length: number) => Bytes;
}

/** What tarsums that are the same number have in common. */
export type TarsumKind = Pick<TarsumLabel, "version" | "algorithm">;

/**
 * The hexadecimal parts of a layer's tarsums, in the order of their kinds. The layer, compressed with gzip or not, is read once
 * for all of them. Throws TarError where it has none.
 */
export async function tarsumsOf(layer: Layer, kinds: readonly TarsumKind[]): Promise<string[]> {
  if (layer.length > legacyLimits.tarsumBytes)
    throw new TarError(`the layer is larger than ${legacyLimits.tarsumBytes} bytes`);
  const digesters = kinds.map((kind) => new TarsumDigester(kind));
  const update = (bytes: Uint8Array) => {
    for (const digester of digesters) digester.update(bytes);
  };
  if (await isGzip(layer)) await inflateInto(update, layer);
  else for await (const bytes of layer.read(layer.length)) update(bytes);
  return digesters.map((digester) => digester.digest());
}

async function isGzip({ length, read }: Layer): Promise<boolean> {
  const start = Buffer.concat(await Array.fromAsync(read(Math.min(2, length)), (bytes) => new Uint8Array(bytes)));
  return start.equals(gzipMagic);
}

async function inflateInto(update: (bytes: Uint8Array) => void, { length, read }: Layer): Promise<void> {
  try {
    await inflate(read(length), legacyLimits.tarsumBytes, update);
  } catch (error) {
    throw error instanceof InflationError ? new TarError(`the layer ${error.message}`) : error;
  }
}
