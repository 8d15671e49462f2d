import { gzipMagic, inflate, InflationError } from "../base/inflate.ts";
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
  if (layer.length > limits.tarsumBytes) throw new TarError(`the layer is larger than ${limits.tarsumBytes} bytes`);
  const digester = new TarsumDigester(label);
  if (await isGzip(layer)) await inflateInto(digester, layer);
  else for await (const bytes of layer.read(layer.length)) digester.update(bytes);
  return digester.digest();
}

async function isGzip({ length, read }: Layer): Promise<boolean> {
  const start = Buffer.concat(await Array.fromAsync(read(Math.min(2, length)), (bytes) => new Uint8Array(bytes)));
  return start.equals(gzipMagic);
}

async function inflateInto(digester: TarsumDigester, { length, read }: Layer): Promise<void> {
  try {
    await inflate(read(length), limits.tarsumBytes, (bytes) => digester.update(bytes));
  } catch (error) {
    throw error instanceof InflationError ? new TarError(`the layer ${error.message}`) : error;
  }
}
