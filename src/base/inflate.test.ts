import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { rejectionOf } from "../../test/support/rejection.ts";
import { inflate, InflationError } from "./inflate.ts";
import { baseLimits } from "./limits.ts";

/** Yields its bytes in pieces of one reused buffer, like a file. */
class Source {
  given = 0;
  open = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const buffer = Buffer.from(new ArrayBuffer(10_000));
    this.open += 1;
    try {
      while (this.given < this.#bytes.length) {
        const piece = this.#bytes.subarray(this.given, this.given + buffer.length);
        buffer.set(piece);
        this.given += piece.length;
        yield buffer.subarray(0, piece.length);
      }
    } finally {
      this.open -= 1;
    }
  }
}

async function inflated(source: Source, maxBytes = Infinity): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await inflate(source, maxBytes, (bytes) => pieces.push(bytes.slice()));
  return Buffer.concat(pieces);
}

const content = randomBytes(1_000_000);
const gzip = gzipSync(content);

describe("gzip", () => {
  test.each([0, 10, 100_000, 3_000_000])("followed by %d other bytes is read completely", async (rest) => {
    const source = new Source(Buffer.concat([gzip, Buffer.alloc(rest)]));
    expect((await inflated(source)).equals(content)).toBe(true);
    expect([source.given, source.open]).toEqual([gzip.length + rest, 0]);
  });

  test("of several members is read completely", async () => {
    const both = await inflated(new Source(Buffer.concat([gzip, gzip])));
    expect(both.equals(Buffer.concat([content, content]))).toBe(true);
  });

  const cases = {
    truncated: [gzip.subarray(0, -100), Infinity, "not valid gzip"],
    damaged: [Buffer.concat([gzip.subarray(0, 500), randomBytes(100), gzip.subarray(600)]), Infinity, "not valid gzip"],
    "larger than it may be": [gzip, content.length - 1, `larger than ${content.length - 1} bytes`],
    "LIM-13 CVE-2017-14992 that inflates to a huge size": [
      gzipSync(Buffer.alloc(2 * baseLimits.inflationSlack)),
      Infinity,
      `${baseLimits.inflationRatio} times`,
    ],
  } as const;
  for (const [what, [bytes, maxBytes, reason]] of Object.entries(cases)) {
    test(`${what} is refused, and its source is closed`, async () => {
      const source = new Source(bytes);
      const error = await rejectionOf(inflated(source, maxBytes));
      expect(error).toBeInstanceOf(InflationError);
      expect((error as Error).message).toContain(reason);
      expect(source.open).toBe(0);
    });
  }

  test("whose source fails, fails with the same error", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzip.subarray(0, 1000);
      throw new Error("the disk");
    }
    const error = await rejectionOf(inflate(failing(), Infinity, () => {}));
    expect((error as Error).message).toBe("the disk");
  });
});
