// An image whose every digest is sha512: made of one with sha256, pulled, pushed again, copied.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, assertEqual } from "../assertions.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import { blobFile, digestLike, digestOfBytes, type ImageIndex, type ImageManifest } from "../layout.ts";
import { publish, type Published } from "../published.ts";

const REPOSITORY = "regctl/sha512";

export async function regctlSha512Cases(context: CaseContext): Promise<void> {
  const { place, registry } = context;
  let original: Published | undefined;
  let digest = "";
  const folder = place.freshPath("regctl-sha512");
  await context.test("regctl makes a sha512 image of one with sha256", [RegctlClient], async (regctl) => {
    original = await publish(context, REPOSITORY);
    const target = context.reference(REPOSITORY, "long");
    await regctl.regctl(target, ["image", "mod", original.reference, "--digest-algo", "sha512", "--create", target]);
    digest = await regctl.digestOf(target);
    assert(digest.startsWith("sha512:"), `${digest} is no sha512`);
    const manifest = await registry.imageManifest(REPOSITORY, digest);
    assertEqual("digest by which it is found", manifest.digest, digest);
    assertEqual("digest of the tag", await registry.resolve(REPOSITORY, "long"), digest);
    await assertSameLayers(original, manifest, (blob) => registry.blob(REPOSITORY, blob));
  });
  await context.test("regctl pulls the sha512 image", [RegctlClient], async (regctl) => {
    assert(original !== undefined && digest !== "", "the image was not made");
    const source = context.reference(REPOSITORY, "long");
    await regctl.regctl(source, ["image", "copy", source, `ocidir://${folder}:made`]);
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as ImageIndex;
    assertEqual("digest in the layout", index.manifests[0]?.digest, digest);
    const blob = async (each: string): Promise<Uint8Array> => Bun.file(blobFile(folder, each)).bytes();
    const manifest = JSON.parse(new TextDecoder().decode(await blob(digest))) as ImageManifest;
    await assertSameLayers(original, manifest, blob);
  });
  await context.test("regctl pushes the sha512 image and copies it on", [RegctlClient], async (regctl) => {
    assert(original !== undefined && digest !== "", "the image was not made");
    const [pushed, copied] = ["regctl/sha512-pushed", "regctl/sha512-copied"];
    assertEqual("digest", await regctl.pushLayout(folder, context.reference(pushed, "made")), digest);
    const [from, to] = [context.reference(pushed, "made"), context.reference(copied, "made")];
    await regctl.regctl(from, ["image", "copy", from, to]);
    for (const repository of [pushed, copied]) {
      const manifest = await registry.imageManifest(repository, "made");
      assertEqual(`digest in ${repository}`, manifest.digest, digest);
      await assertSameLayers(original, manifest, (blob) => registry.blob(repository, blob));
    }
  });
}

/** Every digest of the manifest is a valid sha512, and the bytes of the layers are those of the original. */
async function assertSameLayers(
  original: Published,
  manifest: ImageManifest,
  bytesOf: (digest: string) => Promise<Uint8Array>,
): Promise<void> {
  for (const { digest, size } of [manifest.config, ...manifest.layers]) {
    assert(digest.startsWith("sha512:"), `${digest} is no sha512`);
    const bytes = await bytesOf(digest);
    assertEqual("digest of a blob", digestLike(digest, bytes), digest);
    assertEqual("size of a blob", bytes.length, size);
  }
  const layers = await Promise.all(manifest.layers.map(async ({ digest }) => digestOfBytes(await bytesOf(digest))));
  assertEqual(
    "layers by sha256",
    layers,
    original.manifest.layers.map(({ digest }) => digest),
  );
}
