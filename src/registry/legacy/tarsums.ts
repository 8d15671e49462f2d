import { gzipMagic, inflate, InflationError } from "../../base/inflate.ts";
import { legacyLimits } from "./limits.ts";
import type { TarsumLabel } from "../../docker/tarsum/label.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import type { ByteSource } from "../../storage/byte-source.ts";
import { TarsumDigester } from "../../docker/tarsum/tarsum.ts";

/** The properties of a tarsum that determine its value for given content. */
export type TarsumVariant = Pick<TarsumLabel, "version" | "algorithm">;

/**
 * Computes the hexadecimal parts of a layer's tarsums, in the order of their kinds. It reads the layer once for all
 * of them, compressed with gzip or not. Throws TarError if the layer has no tarsum.
 */
export async function tarsumsOf(layer: ByteSource, kinds: readonly TarsumVariant[]): Promise<string[]> {
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

async function isGzip({ length, read }: ByteSource): Promise<boolean> {
  const start = Buffer.concat(await Array.fromAsync(read(Math.min(2, length)), (bytes) => new Uint8Array(bytes)));
  return start.equals(gzipMagic);
}

async function inflateInto(update: (bytes: Uint8Array) => void, { length, read }: ByteSource): Promise<void> {
  try {
    await inflate(read(length), legacyLimits.tarsumBytes, update);
  } catch (error) {
    throw error instanceof InflationError ? new TarError(`the layer ${error.message}`) : error;
  }
}
