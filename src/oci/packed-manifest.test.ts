import { expect, test } from "bun:test";
import { ociLimits } from "./limits.ts";
import type { Digest } from "./digest.ts";
import { parseManifest } from "./manifest.ts";
import { mediaTypes, type MediaType } from "./media-type.ts";
import { packManifest, packReferences, unpackManifest } from "./packed-manifest.ts";

const descriptor = { mediaType: mediaTypes.octets, digest: `sha256:${"a".repeat(64)}`, size: 3 };

test("a packed manifest is unpacked unchanged, for any texts", () => {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: "application/vnd.example+json",
      config: descriptor,
      layers: [{ ...descriptor, urls: ["https://example.org/"] }],
      subject: descriptor,
      annotations: { 'a"b': "\u0000\ud800ü", __proto__x: "" },
    }),
  );
  const manifest = parseManifest(bytes, undefined);
  const { blobs: _, manifests: __, ...described } = manifest;
  expect(described.annotations).toBeDefined();
  expect(unpackManifest(packManifest(manifest))).toEqual(described);
});

test("L33 annotations are not packed without a subject, because no list shows them and they can be large", () => {
  const annotations = { filler: "x".repeat(100_000) };
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: descriptor, layers: [], annotations };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), undefined);
  expect(packManifest(manifest).length).toBeLessThan(1_000);
});

const of = (letter: string) => `sha256:${letter.repeat(64)}` as Digest;
const referred = (letter: string, size?: number, foreign = false) => ({
  digest: of(letter),
  foreign,
  ...(size !== undefined && { size }),
});

const entry = (letter: string, mediaType: MediaType) => ({ ...referred(letter), size: 3, mediaType });

test("each reference is packed once, in the order of the document, with its size", () => {
  const blobs = [referred("b", 2), referred("a", 1, true), referred("b", 2), referred("d")];
  const manifests = [
    entry("f", mediaTypes.octets),
    entry("e", mediaTypes.ociIndex),
    entry("c", mediaTypes.dockerSchema1),
  ];
  expect(packReferences({ blobs, manifests })).toEqual({
    needed: JSON.stringify({ [of("b")]: 2, [of("d")]: null, [of("f")]: 3 }),
    manifests: JSON.stringify({ [of("e")]: 3, [of("c")]: 3 }),
    later: "{}",
    elsewhere: JSON.stringify({ [of("a")]: 1 }),
    count: 6,
    inline: false,
  });
});

test("MPUT-11 manifests of a sparse index may come later, unless they are needed as blobs too", () => {
  const blobs = [referred("b", 3)];
  const manifests = [
    entry("f", mediaTypes.octets),
    entry("e", mediaTypes.ociIndex),
    entry("b", mediaTypes.ociManifest),
    { ...entry("a", mediaTypes.ociManifest), foreign: true },
  ];
  expect(packReferences({ blobs, manifests }, true)).toEqual({
    needed: JSON.stringify({ [of("b")]: 3, [of("f")]: 3 }),
    manifests: "{}",
    later: JSON.stringify({ [of("e")]: 3 }),
    elsewhere: JSON.stringify({ [of("a")]: 3 }),
    count: 4,
    inline: true,
  });
});

test("only content in the database is inline: manifests, and small blobs", () => {
  const isInline = (size: number | undefined) => packReferences({ blobs: [referred("a", size)], manifests: [] }).inline;
  expect([0, ociLimits.inlineBlobBytes - 1].map(isInline)).toEqual([true, true]);
  expect([ociLimits.inlineBlobBytes, undefined].map(isInline)).toEqual([false, false]);
  const large = { ...entry("e", mediaTypes.ociManifest), size: ociLimits.inlineBlobBytes };
  expect(packReferences({ blobs: [], manifests: [large] }).inline).toBe(true);
  expect(packReferences({ blobs: [], manifests: [{ ...large, foreign: true }] }).inline).toBe(false);
});

test("content with two references gets the stricter requirement", () => {
  const blobs = [referred("a", 3, true), referred("b", 3), referred("a", 3)];
  const manifests = [entry("b", mediaTypes.ociManifest)];
  expect(packReferences({ blobs, manifests })).toEqual({
    needed: JSON.stringify({ [of("a")]: 3 }),
    manifests: JSON.stringify({ [of("b")]: 3 }),
    later: "{}",
    elsewhere: "{}",
    count: 2,
    inline: true,
  });
});

test("L24: two different sizes of one digest are refused with the digest", () => {
  const refuse = () => packReferences({ blobs: [referred("a", 1), referred("a"), referred("a", 2)], manifests: [] });
  expect(refuse).toThrow(`the manifest gives ${of("a")} two sizes, 1 and 2 bytes`);
});
