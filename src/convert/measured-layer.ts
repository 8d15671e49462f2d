import { gzipMagic, inflate, InflationError } from "../base/inflate.ts";
import { ociLimits } from "../oci/limits.ts";
import { algorithmOf, Digester, type Digest } from "../oci/digest.ts";
import type { MediaType } from "../oci/media-type.ts";
import type { ConvertedLayer } from "../docker/schema1/from-schema1.ts";
import { parseTarsum, type TarsumLabel } from "../docker/tarsum/label.ts";
import { blockBytes, parseTarHeader, TarError } from "../docker/tarsum/tar-header.ts";
import { TarsumDigester } from "../docker/tarsum/tarsum.ts";

type Bytes = AsyncIterable<Uint8Array>;

/** Why bytes are not the expected layer. The message is a clause that follows the layer's place. */
export class LayerError extends Error {}

const types = {
  tar: "application/vnd.oci.image.layer.v1.tar" as MediaType,
  gzip: "application/vnd.oci.image.layer.v1.tar+gzip" as MediaType,
} as const;

/**
 * Reads the stream of a layer once, and returns what an OCI image says about it. Throws a LayerError if the bytes do
 * not match `blobSum`, or are not an archive. It stores none of the bytes.
 */
export async function measureLayer(blobSum: Digest, bytes: Bytes): Promise<ConvertedLayer> {
  const names = new Names(blobSum);
  const archive = new Archive(names);
  const { isGzip, whole } = await peek(names.counting(bytes));
  try {
    if (isGzip) await inflate(whole, ociLimits.blobBytes, (inflated) => archive.update(inflated));
    else for await (const piece of whole) archive.update(piece);
  } catch (error) {
    throw error instanceof InflationError ? new LayerError(error.message) : error;
  }
  const diffId = archive.end();
  return { mediaType: isGzip ? types.gzip : types.tar, digest: names.end(), size: names.size, diffId };
}

/** Detects whether the bytes are compressed, and returns all of them again. */
async function peek(bytes: AsyncGenerator<Uint8Array>): Promise<{ isGzip: boolean; whole: Bytes }> {
  const start: Uint8Array[] = [];
  let length = 0;
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) {
    start.push(next.value);
    length += next.value.length;
    if (length >= gzipMagic.length) break;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* start;
    yield* bytes;
  }
  return { isGzip: Buffer.concat(start).subarray(0, gzipMagic.length).equals(gzipMagic), whole: whole() };
}

/** Measures the stored bytes: their number, their sha256, and whether they match the document's digest. */
class Names {
  size = 0;
  readonly blobSum: Digest;
  readonly tarsum: TarsumLabel | undefined;
  readonly #content = new Digester("sha256");
  readonly #own: Digester | undefined;

  constructor(blobSum: Digest) {
    this.blobSum = blobSum;
    this.tarsum = parseTarsum(blobSum);
    const algorithm = algorithmOf(blobSum);
    if (!algorithm && !this.tarsum) throw new LayerError(`is ${blobSum}, which cannot be verified`);
    this.#own = algorithm && (algorithm === "sha256" ? this.#content : new Digester(algorithm));
  }

  async *counting(bytes: Bytes): AsyncGenerator<Uint8Array> {
    for await (const piece of bytes) {
      this.size += piece.length;
      if (this.size > ociLimits.blobBytes) throw new LayerError(`is larger than ${ociLimits.blobBytes} bytes`);
      this.#content.update(piece);
      if (this.#own !== this.#content) this.#own?.update(piece);
      yield piece;
    }
  }

  end(): Digest {
    const found = this.#own?.digest();
    if (found !== undefined && found !== this.blobSum) throw mismatch(this.blobSum, found);
    return this.#content.digest();
  }
}

/**
 * Measures the uncompressed bytes: their digest, whether they begin with a tar header, and their tarsum if the
 * document's digest is one.
 */
class Archive {
  readonly #names: Names;
  readonly #content = new Digester("sha256");
  readonly #tarsum: TarsumDigester | undefined;
  #start = Buffer.alloc(0);

  constructor(names: Names) {
    this.#names = names;
    this.#tarsum = names.tarsum && new TarsumDigester(names.tarsum);
  }

  update(bytes: Uint8Array): void {
    this.#content.update(bytes);
    asLayer(() => this.#tarsum?.update(bytes));
    if (this.#start.length === blockBytes) return;
    this.#start = Buffer.concat([this.#start, bytes.subarray(0, blockBytes - this.#start.length)]);
    if (this.#start.length === blockBytes) asLayer(() => parseTarHeader(this.#start));
  }

  end(): Digest {
    if (this.#start.length % blockBytes !== 0) throw new LayerError("is not a tar archive: it is truncated");
    const { tarsum, blobSum } = this.#names;
    const hex = asLayer(() => this.#tarsum?.digest());
    if (tarsum && hex !== tarsum.hex) throw mismatch(blobSum, `${blobSum.slice(0, -tarsum.hex.length)}${hex}`);
    return this.#content.digest();
  }
}

function mismatch(named: string, found: string): LayerError {
  return new LayerError(`does not match its digest: it is ${found}, not ${named}`);
}

function asLayer<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof TarError ? new LayerError(`is not a tar archive: ${error.message}`) : error;
  }
}
