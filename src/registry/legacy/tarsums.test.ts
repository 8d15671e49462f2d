import { describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { tarHeader, tarOf } from "../../../test/support/tar.ts";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { baseLimits } from "../../base/limits.ts";
import { legacyLimits } from "./limits.ts";
import { parseTarsum, type TarsumVersion } from "../../docker/tarsum/label.ts";
import { TarError } from "../../docker/tarsum/tar-header.ts";
import { TarsumDigester } from "../../docker/tarsum/tarsum.ts";
import { StorageFault } from "../../storage/driver.ts";
import { BodyInterrupted } from "../uploads/chunk.ts";
import { readTarsums } from "./tarsum-reader.ts";
import type { ByteSource } from "../../storage/byte-source.ts";
import { tarsumsOf, type TarsumVariant } from "./tarsums.ts";

const label = parseTarsum(`tarsum.v1+sha256:${"0".repeat(64)}`)!;

/** Returns its bytes piece by piece in one buffer, as a file is read. */
class Stored implements ByteSource {
  readonly #bytes: Uint8Array;
  readonly #pieceBytes: number;
  /** The number of open readers, and the number of bytes that all of them have returned. */
  open = 0;
  given = 0;

  constructor(bytes: Uint8Array, pieceBytes = 1000) {
    this.#bytes = bytes;
    this.#pieceBytes = pieceBytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  readonly read = async function* (this: Stored, length: number): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(this.#pieceBytes);
    this.open += 1;
    try {
      for (let at = 0; at < length; at += buffer.length) {
        const piece = this.#bytes.subarray(at, Math.min(at + buffer.length, length));
        buffer.fill(0xee);
        buffer.set(piece);
        this.given += piece.length;
        yield buffer.subarray(0, piece.length);
      }
    } finally {
      this.open -= 1;
    }
  }.bind(this);
}

function expected(archive: Uint8Array): string {
  const digester = new TarsumDigester(label);
  digester.update(archive);
  return digester.digest();
}

/** The noise is the same in each run, so that the first refused header field does not depend on chance. */
const noise = Buffer.concat(Array.from({ length: 8_000 }, (_, at) => createHash("sha512").update(String(at)).digest()));

const archive = tarOf({ name: "random", body: randomBytes(3_000_000) }, { name: "text", body: "x".repeat(100_000) });

for (const [where, sumsOf] of [
  ["here", tarsumsOf],
  ["in a thread", readTarsums],
] as const) {
  const sumOf = async (layer: ByteSource, kind: TarsumVariant) => (await sumsOf(layer, [kind]))[0]!;

  describe(`the tarsum of a layer, ${where}`, () => {
    for (const [what, bytes] of [
      ["uncompressed", archive],
      ["compressed", gzipSync(archive)],
      [
        "compressed in two parts",
        Buffer.concat([archive.subarray(0, 7000), archive.subarray(7000)].map((part) => gzipSync(part))),
      ],
      [
        "compressed well, within the limits",
        gzipSync(tarOf({ body: new Uint8Array(baseLimits.inflationSlack - 4096) })),
      ],
    ] as const) {
      test(`${what}, in small pieces and in large ones`, async () => {
        const plain = what.includes("well")
          ? tarOf({ body: new Uint8Array(baseLimits.inflationSlack - 4096) })
          : archive;
        for (const pieceBytes of [777, 1024 * 1024]) {
          const layer = new Stored(bytes, pieceBytes);
          expect(await sumOf(layer, label)).toBe(expected(plain));
          expect(layer.open).toBe(0);
        }
      });
    }

    test("M12: in several variants is computed in one read", async () => {
      const kinds = [0, 1].flatMap((version) =>
        (["sha256", "sha512"] as const).map((algorithm) => ({ version: version as TarsumVersion, algorithm })),
      );
      const layer = new Stored(archive);
      const alone = [];
      for (const kind of kinds) alone.push(await sumOf(new Stored(archive), kind));
      expect(new Set(alone).size).toBe(kinds.length);
      expect(await sumsOf(layer, kinds)).toEqual(alone);
      // The reader also reads the first two bytes, which show whether the layer is compressed.
      expect(layer.given).toBe(archive.length + 2);
    });

    test("of no bytes is valid, and of one byte is refused, because it is not an archive", async () => {
      expect(await sumOf(new Stored(new Uint8Array()), label)).toBe(expected(new Uint8Array()));
      expect(await rejectionOf(sumOf(new Stored(Uint8Array.of(0x1f)), label))).toBeInstanceOf(TarError);
    });
  });

  describe(`a layer without a tarsum is not read to its end, and is closed, ${where}`, () => {
    const bomb = gzipSync(Buffer.concat([tarHeader({ size: 400_000_000 }), Buffer.alloc(400_000_000)]));
    const begun = gzipSync(archive.subarray(0, 7000));
    // A second part whose first block has an invalid type.
    const broken = Buffer.concat([begun, begun.subarray(0, 10), Buffer.alloc(500_000, 0x07)]);
    const junk = Buffer.alloc(1_000_000, "text");

    for (const [what, bytes, reason] of [
      ["not an archive", junk, "octal"],
      ["inflates to too many bytes", bomb, `more than ${baseLimits.inflationRatio} times`],
      ["corrupt gzip", broken, "not valid gzip"],
      ["gzip of something else", gzipSync(noise), "not octal"],
    ] as const) {
      test(what, async () => {
        const layer = new Stored(bytes);
        const error = await rejectionOf(sumOf(layer, label));
        expect(error).toBeInstanceOf(TarError);
        expect((error as TarError).message).toContain(reason);
        expect(layer.open).toBe(0);
        expect(layer.given).toBeLessThan(bytes.length);
      });
    }

    test("a layer that is too large", async () => {
      const layer = new Stored(archive);
      const large = { length: legacyLimits.tarsumBytes + 1, read: layer.read };
      expect(String(await rejectionOf(sumOf(large, label)))).toContain(`larger than ${legacyLimits.tarsumBytes}`);
      expect(layer.given).toBe(0);
    });

    for (const [what, bytes] of [
      ["uncompressed", archive],
      ["compressed", gzipSync(archive)],
    ] as const) {
      test(`a layer (${what}) whose storage fails: the fault is passed on unchanged`, async () => {
        const layer = new Stored(bytes);
        const fault = new StorageFault("input/output error");
        async function* read(length: number) {
          yield* layer.read(Math.min(length, 50_000));
          if (length > 50_000) throw fault;
        }
        expect(await rejectionOf(sumOf({ length: bytes.length, read }, label))).toBe(fault);
        expect(layer.open).toBe(0);
      });
    }
  });
}

describe("M12: a layer whose client has disconnected is not read further, and is closed", () => {
  for (const [what, bytes] of [
    ["uncompressed", archive],
    ["compressed", gzipSync(archive)],
  ] as const) {
    test(what, async () => {
      const client = new AbortController();
      const layer = new Stored(bytes);
      async function* read(length: number) {
        for await (const piece of layer.read(length)) {
          if (layer.given > 100_000) client.abort();
          yield piece;
        }
      }
      const error = await rejectionOf(readTarsums({ length: bytes.length, read }, [label], client.signal));
      expect(error).toBeInstanceOf(BodyInterrupted);
      expect(layer.open).toBe(0);
      expect(layer.given).toBeLessThan(bytes.length);
    });
  }

  test("a layer whose client disconnected before is not read at all", async () => {
    const layer = new Stored(archive);
    expect(await rejectionOf(readTarsums(layer, [label], AbortSignal.abort()))).toBeInstanceOf(BodyInterrupted);
    expect(layer.given).toBe(0);
  });
});
