import { expect, test } from "bun:test";
import { parseManifest } from "./manifest.ts";
import { mediaTypes } from "./media-type.ts";
import { packManifest, unpackManifest } from "./packed-manifest.ts";

const descriptor = { mediaType: mediaTypes.octets, digest: `sha256:${"a".repeat(64)}`, size: 3 };

test("what is packed comes out as it was, whatever its texts hold", () => {
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
  expect(manifest.annotations).toBeDefined();
  expect(unpackManifest(packManifest(manifest))).toEqual(manifest);
});
