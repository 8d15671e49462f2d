import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { seededLayer, tarsumOf } from "../../test/support/layers.ts";
import { rejectionOf } from "../../test/support/rejection.ts";
import { baseLimits } from "../base/limits.ts";
import { digestOf, type Digest } from "../oci/digest.ts";
import { LayerError, measureLayer } from "./measured-layer.ts";

const layer = seededLayer(
  "measured",
  Uint8Array.from({ length: 5_000 }, (_, at) => at % 251),
);
const compressed = Uint8Array.from(gzipSync(layer.bytes));

async function* inPieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe("CONV-02 the facts of a layer for an OCI image", () => {
  const tar = "application/vnd.oci.image.layer.v1.tar";
  const cases: readonly (readonly [string, Digest, Uint8Array])[] = [
    ["its sha256", layer.digest, layer.bytes],
    ["its sha512", digestOf(layer.bytes, "sha512"), layer.bytes],
    ["its tarsum", layer.tarsum, layer.bytes],
    ["its tarsum of the first version", tarsumOf(layer.bytes, "tarsum+sha256"), layer.bytes],
    ["its sha256, compressed", digestOf(compressed), compressed],
    ["the tarsum of the archive, compressed", layer.tarsum, compressed],
  ];
  for (const [what, blobSum, bytes] of cases) {
    for (const size of [1, 1_000, Infinity]) {
      test(`named by ${what}, in pieces of ${size} bytes`, async () => {
        const measured: object = await measureLayer(blobSum, inPieces(bytes, size));
        expect(measured).toEqual({
          mediaType: bytes === compressed ? `${tar}+gzip` : tar,
          digest: digestOf(bytes),
          size: bytes.length,
          diffId: layer.digest,
        });
      });
    }
  }

  test("of gzip followed by other bytes: the digest covers all of them", async () => {
    const padded = Buffer.concat([compressed, Buffer.alloc(3_000_000)]);
    const { digest, size, diffId } = await measureLayer(digestOf(padded), inPieces(padded, 100_000));
    expect([digest, size, diffId]).toEqual([digestOf(padded), padded.length, layer.digest]);
  });

  test("of no bytes", async () => {
    const nothing = new Uint8Array();
    const { diffId, size } = await measureLayer(digestOf(nothing), inPieces(nothing));
    expect([diffId, size]).toEqual([digestOf(nothing), 0]);
  });
});

describe("CONV-03 bytes that are not the layer", () => {
  const other = seededLayer("another");
  const bomb = Uint8Array.from(gzipSync(Buffer.alloc(2 * baseLimits.inflationSlack)));
  const text = Buffer.from("no archive at all, though long enough to be one".repeat(100));
  const cases: Readonly<Record<string, readonly [Digest, Uint8Array, string]>> = {
    "have another sha256": [layer.digest, other.bytes, `${other.digest}, not ${layer.digest}`],
    "have another sha512": [digestOf(layer.bytes, "sha512"), other.bytes, "does not match its digest"],
    "have another tarsum": [layer.tarsum, other.bytes, `${other.tarsum}, not ${layer.tarsum}`],
    "are truncated": [layer.digest, layer.bytes.subarray(0, -1), "does not match its digest"],
    "have a digest that cannot be verified": ["md5:0123" as Digest, layer.bytes, "cannot be verified"],
    "are text": [digestOf(text), text, "is not a tar archive"],
    "are less than a block": [digestOf(text.subarray(0, 100)), text.subarray(0, 100), "truncated"],
    "are text, named by a tarsum": [layer.tarsum, text, "is not a tar archive"],
    "are gzip of text": [digestOf(gzipSync(text)), gzipSync(text), "is not a tar archive"],
    "are truncated gzip": [digestOf(compressed.subarray(0, -9)), compressed.subarray(0, -9), "not valid gzip"],
    "LIM-13 inflate without limit": [digestOf(bomb), bomb, `more than ${baseLimits.inflationRatio} times`],
  };
  for (const [what, [blobSum, bytes, reason]] of Object.entries(cases)) {
    test(`because they ${what}`, async () => {
      const error = await rejectionOf(measureLayer(blobSum, inPieces(bytes)));
      expect(error).toBeInstanceOf(LayerError);
      expect((error as Error).message).toContain(reason);
    });
  }
});
