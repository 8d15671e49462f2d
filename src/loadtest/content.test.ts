import { expect, test } from "bun:test";
import { digestOf } from "../oci/digest.ts";
import { imageManifest, LargeBlobs, randomBytes, smallBlob, type Blob } from "./content.ts";

function bytesOf({ content }: Blob): Uint8Array {
  return "pieces" in content ? Buffer.concat([...content.pieces]) : content;
}

test.each([1, 31, 32, 33, 65_536, 65_568, 65_569, 200_000])(
  "large blobs of %d bytes match their size and digest",
  (size) => {
    const blobs = new LargeBlobs(randomBytes, size);
    for (const blob of [blobs.next(), blobs.next()]) {
      // Twice, because a blob can be sent again.
      for (const bytes of [bytesOf(blob), bytesOf(blob)]) {
        expect([bytes.length, blob.size, digestOf(bytes)]).toEqual([size, size, blob.digest]);
      }
    }
  },
);

test("all generated content is different", () => {
  const blobs = new LargeBlobs(randomBytes, 100_000);
  expect(new Set([blobs.next(), blobs.next(), blobs.next()].map(({ digest }) => digest)).size).toBe(3);
  expect(smallBlob(randomBytes).digest).not.toBe(smallBlob(randomBytes).digest);
});

test("the same random bytes generate the same content", () => {
  const same = (size: number) => new Uint8Array(size).fill(7);
  expect(new LargeBlobs(same, 100).next().digest).toBe(digestOf(same(100)));
  expect(smallBlob(same).digest).toBe(digestOf(same(4096)));
});

test("a manifest refers to its blobs", () => {
  const blobs = [smallBlob(randomBytes), smallBlob(randomBytes)] as const;
  const manifest = JSON.parse(Buffer.from(imageManifest(blobs)).toString()) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    config: { digest: blobs[0].digest, size: 4096 },
    layers: [{ digest: blobs[1].digest, size: 4096 }],
  });
});
