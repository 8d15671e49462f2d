import { afterEach, beforeEach, expect, test } from "bun:test";
import { rejectionOf } from "../../../test/support/rejection.ts";
import { ociLimits } from "../../oci/limits.ts";
import { digestOf, type Digest } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { mediaTypes } from "../../oci/media-type.ts";
import { packReferences, unpackManifest } from "../../oci/packed-manifest.ts";
import { ManifestParser } from "./manifest-parser.ts";
import type { ParsedManifest, ParseRequest } from "./parsed-manifest.ts";
import type { RefusedManifest } from "./manifest-format.ts";

let parser: ManifestParser;
beforeEach(() => void (parser = new ManifestParser()));
afterEach(() => parser.close());

const descriptor = { mediaType: mediaTypes.octets, digest: `sha256:${"a".repeat(64)}`, size: 3 };
const keep = async (manifest: ParsedManifest | RefusedManifest) => {
  if ("items" in manifest) throw new Error("it was refused");
  // A copy, because the bytes of a large manifest are released afterwards.
  return { ...manifest, bytes: new Uint8Array(manifest.bytes) };
};

function imageOf(fillerBytes: number, changes: object = {}): ParseRequest {
  const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor, layers: [descriptor] };
  const annotations = { filler: "x".repeat(fillerBytes) };
  const bytes = Buffer.from(JSON.stringify({ ...image, subject: descriptor, annotations, ...changes }));
  return { bytes, mediaType: undefined, digest: undefined };
}

const large = ociLimits.manifestReadAtOnceBytes;
const sizes: readonly (readonly [string, number])[] = [
  ["a small manifest", 0],
  ["a large manifest", large],
];

for (const [what, filler] of sizes) {
  test(`${what} is parsed`, async () => {
    const unread = imageOf(filler);
    const came = new Uint8Array(unread.bytes);
    const read = await parser.parse(unread, keep);
    expect(Buffer.compare(read.bytes, came)).toBe(0);
    expect(read.digest).toBe(digestOf(came));
    expect(read.subject).toBe(descriptor.digest as Digest);
    const { blobs, manifests, ...described } = parseManifest(came, undefined);
    expect(unpackManifest(read.packed)).toEqual(described);
    expect(read.references).toEqual(packReferences({ blobs, manifests }));
  });

  test(`${what} that is invalid is refused for the same reason, and the next one is parsed`, async () => {
    const unread = imageOf(filler, { schemaVersion: 3 });
    let expected: unknown;
    try {
      parseManifest(unread.bytes, undefined);
    } catch (error) {
      expected = error;
    }
    const refusal = await rejectionOf(parser.parse(unread, keep));
    expect(refusal).toBeInstanceOf(RegistryError);
    expect(refusal).toMatchObject({
      failure: (expected as RegistryError).failure,
      items: (expected as RegistryError).items,
    });
    expect((await parser.parse(imageOf(filler), keep)).subject).toBe(descriptor.digest as Digest);
  });

  test(`${what} with another digest than the expected one is refused`, async () => {
    const refusal = await rejectionOf(parser.parse({ ...imageOf(filler), digest: descriptor.digest as Digest }, keep));
    expect((refusal as RegistryError).failure).toBe("DIGEST_MISMATCH");
  });
}

test("LIM-08 one large manifest is used at a time, and small ones do not wait for it", async () => {
  const gate = Promise.withResolvers<void>();
  const used: string[] = [];
  const use = (name: string, until?: Promise<void>) => async () => {
    used.push(name);
    await until;
  };
  const first = parser.parse(imageOf(large), use("first", gate.promise));
  const second = parser.parse(imageOf(large), use("second"));
  await parser.parse(imageOf(0), use("small"));
  while (!used.includes("first")) await Bun.sleep(1);
  expect(used.toSorted()).toEqual(["first", "small"]);
  gate.resolve();
  await Promise.all([first, second]);
  expect(used.at(-1)).toBe("second");
});

test("M10: the memory of a large manifest is released after its use, without garbage collection", async () => {
  const read = await parser.parse(imageOf(large), async (manifest) => manifest);
  expect((read as ParsedManifest).bytes.length).toBe(0);
});

test("a large manifest is parsed after one whose use failed", async () => {
  const failed = parser.parse(imageOf(large), () => Promise.reject(new Error("no")));
  expect(await rejectionOf(failed)).toEqual(new Error("no"));
  expect((await parser.parse(imageOf(large), keep)).subject).toBe(descriptor.digest as Digest);
});
