// An index of two platforms: pushed whole, pulled one platform at a time, copied whole.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";
import { LAYOUT_TAG, type ImageSource } from "../images.ts";
import { joinLayouts } from "../layout.ts";
import { assertSameTree } from "../tree.ts";

const ARCHITECTURES = ["amd64", "arm64"] as const;
const REPOSITORY = "platforms/both";

export async function twoPlatformCases(context: CaseContext): Promise<void> {
  const { cases, clients, registry } = context;
  const sources = new Map<string, ImageSource>();
  const pusher = context.firstOf(RegctlClient, SkopeoClient);
  if (pusher === undefined) return cases.skip("an index of two platforms", "no client that copies a whole index");
  await cases.test(`${pusher.name} pushes an index of two platforms`, async () => {
    const index = await makeIndex(context, sources);
    const reported = await pusher.pushLayout(index.folder, context.reference(REPOSITORY, "made"));
    assertEqual(`digest that ${pusher.name} reports`, reported, index.manifest.digest);
    assertEqual("digest in the registry", await registry.resolve(REPOSITORY, "made"), index.manifest.digest);
  });
  for (const client of clients) {
    for (const architecture of ARCHITECTURES) {
      await cases.test(`${client.name} pulls ${architecture} out of the index`, async () => {
        const source = sources.get(architecture);
        assert(source !== undefined, "the index was not made");
        await client.forget();
        const pulled = await client.pull(context.reference(REPOSITORY, "made"), architecture);
        assertEqual("config digest", pulled.configDigest, await configDigestFor(context, "made", architecture));
        assertSameTree(`files that ${client.name} pulled`, pulled.tree, source.tree);
      });
    }
  }
  await context.test("skopeo copies the whole index", [SkopeoClient], async (skopeo) => {
    const copied = await skopeo.copyWithin(
      context.reference(REPOSITORY, "made"),
      context.reference("platforms/copied", "made"),
    );
    const [original, copy] = await Promise.all([
      registry.resolve(REPOSITORY, "made"),
      registry.resolve("platforms/copied", "made"),
    ]);
    assertEqual("digest that skopeo reports", copied, original);
    assertEqual("digest of the copy", copy, original);
  });
  await context.test("crane appends two images to an index", [CraneClient], async (crane) => {
    const children = ARCHITECTURES.map(async (architecture) => childDigest(context, "made", architecture));
    const digests = await Promise.all(children);
    const flags = digests.flatMap((digest) => ["--manifest", context.reference(REPOSITORY, digest)]);
    await crane.crane("index", "append", ...flags, "--tag", context.reference(REPOSITORY, "appended"));
    for (const architecture of ARCHITECTURES) {
      const config = await configDigestFor(context, "appended", architecture);
      assertEqual(`config for ${architecture}`, config, await configDigestFor(context, "made", architecture));
    }
  });
}

async function makeIndex(
  context: CaseContext,
  sources: Map<string, ImageSource>,
): Promise<Awaited<ReturnType<typeof joinLayouts>>> {
  const layouts = [];
  for (const architecture of ARCHITECTURES) {
    const source = await context.inputs.twoLayers(`platform-${architecture}`);
    sources.set(architecture, source);
    layouts.push(await context.inputs.layout(source, { compress: true, architecture }));
  }
  return joinLayouts(context.place.freshPath("index"), LAYOUT_TAG, layouts);
}

async function childDigest(context: CaseContext, tag: string, architecture: string): Promise<string> {
  const { document } = await context.registry.manifest(REPOSITORY, tag);
  assert("manifests" in document, `${REPOSITORY}:${tag} is no index`);
  const child = document.manifests.find((manifest) => manifest.platform?.architecture === architecture);
  assert(child !== undefined, `${REPOSITORY}:${tag} has nothing for ${architecture}`);
  return child.digest;
}

async function configDigestFor(context: CaseContext, tag: string, architecture: string): Promise<string> {
  const digest = await childDigest(context, tag, architecture);
  return (await context.registry.imageManifest(REPOSITORY, digest)).config.digest;
}
