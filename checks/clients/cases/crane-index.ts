// The functions of crane for indexes: making an index of images, filtering an index, and pulling a whole index.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import type { CaseContext } from "../context.ts";
import type { Descriptor } from "../layout.ts";
import { publish, type Published } from "../published.ts";
import { assertSameTree } from "../tree.ts";

const ARCHITECTURES = ["amd64", "arm64", "s390x"] as const;
const REPOSITORY = "crane/index";

export async function craneIndexCases(context: CaseContext): Promise<void> {
  const images: Published[] = [];
  await context.test("crane makes an index of images in other repositories", [CraneClient], async (crane) => {
    for (const architecture of ARCHITECTURES)
      images.push(await publish(context, `crane/${architecture}`, architecture));
    const flags = images.flatMap(({ reference }) => ["--manifest", reference]);
    await crane.crane("index", "append", ...flags, "--tag", context.reference(REPOSITORY, "all"));
    const listed = await childrenOf(context, "all");
    assertEqual(
      "digests",
      listed.map(({ digest }) => digest),
      images.map(({ digest }) => digest),
    );
    assertEqual(
      "architectures",
      listed.map(({ platform }) => platform?.architecture),
      [...ARCHITECTURES],
    );
    for (const { digest } of images) {
      assertEqual("digest of a child", await context.registry.resolve(REPOSITORY, digest), digest);
    }
  });
  await context.test("crane filters an index", [CraneClient], async (crane) => {
    const platforms = ["--platform", "linux/amd64", "--platform", "linux/s390x"];
    const [from, to] = [context.reference(REPOSITORY, "all"), context.reference(REPOSITORY, "some")];
    await crane.crane("index", "filter", from, ...platforms, "--tag", to);
    const kept = await childrenOf(context, "some");
    assertEqual(
      "architectures",
      kept.map(({ platform }) => platform?.architecture),
      ["amd64", "s390x"],
    );
    assertEqual(
      "digests",
      kept.map(({ digest }) => digest),
      [images[0]?.digest, images[2]?.digest],
    );
  });
  await context.test("crane pulls each image of the index it made", [CraneClient], async (crane) => {
    assertEqual("images", images.length, ARCHITECTURES.length);
    for (const [position, architecture] of ARCHITECTURES.entries()) {
      const pulled = await crane.pull(context.reference(REPOSITORY, "all"), architecture);
      const made = images[position];
      assertEqual("manifest digest", pulled.manifestDigest, made?.digest);
      assertSameTree(`files for ${architecture}`, pulled.tree, made?.source.tree ?? new Map());
    }
  });
}

async function childrenOf(context: CaseContext, tag: string): Promise<readonly Descriptor[]> {
  const { document } = await context.registry.manifest(REPOSITORY, tag);
  assert("manifests" in document, `${REPOSITORY}:${tag} is no index`);
  return document.manifests;
}
