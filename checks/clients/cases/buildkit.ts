// What BuildKit, the builder of `docker build`, pushes: images in each of its forms, attestations, and its build cache.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert, assertEqual } from "../assertions.ts";
import { BuildkitClient } from "../clients/buildkit.ts";
import type { CaseContext } from "../context.ts";
import { busyboxContext } from "./buildkit-contexts.ts";
import { buildkitAttestationCases } from "./buildkit-attestations.ts";
import { buildkitCacheCases } from "./buildkit-cache.ts";

export async function buildkitCases(context: CaseContext): Promise<void> {
  await imageCases(context);
  await compressionCases(context);
  await buildkitAttestationCases(context);
  await buildkitCacheCases(context);
}

async function imageCases(context: CaseContext): Promise<void> {
  const { place, registry } = context;
  await context.test("buildkit builds and pushes an image, and builds on it", [BuildkitClient], async (buildkit) => {
    const name = context.reference("buildkit/base", "1");
    const { digest } = await buildkit.build({
      context: busyboxContext(context, "echo made > /made"),
      output: { type: "image", name, push: "true" },
    });
    assertEqual("digest", await registry.resolve("buildkit/base", "1"), digest);
    await buildkit.forget();
    const folder = place.freshPath("buildkit-result");
    const source = context.inputs.contextOf({
      Dockerfile: `FROM ${name}\nRUN ["/bin/busybox", "cp", "/made", "/copied"]\n`,
    });
    await buildkit.build({ context: source, output: { type: "local", dest: folder } });
    assertEqual("what the second build found in the first", readFileSync(join(folder, "copied"), "utf8"), "made\n");
  });
  await context.test("buildkit pushes an index of two platforms", [BuildkitClient], async (buildkit) => {
    const { digest } = await buildkit.build({
      context: context.inputs.contextOf({ Dockerfile: "FROM scratch\nCOPY Dockerfile /\n" }),
      options: { platform: "linux/amd64,linux/arm64" },
      output: { type: "image", name: context.reference("buildkit/platforms", "1"), push: "true" },
    });
    assertEqual("digest", await registry.resolve("buildkit/platforms", "1"), digest);
    const { manifests } = await registry.index("buildkit/platforms", "1");
    const architectures = new Set(manifests.map(({ platform }) => platform?.architecture));
    assertEqual("platforms", architectures, new Set(["amd64", "arm64"]));
  });
  await context.test("buildkit pushes by digest alone", [BuildkitClient], async (buildkit) => {
    const { digest = "" } = await buildkit.build({
      context: busyboxContext(context, "echo by digest > /made"),
      output: { type: "image", name: context.repository("buildkit/untagged"), push: "true", "push-by-digest": "true" },
    });
    assertEqual("digest", await registry.resolve("buildkit/untagged", digest), digest);
    assertEqual("tags", await registry.tags("buildkit/untagged"), []);
  });
}

/** The media type of the layers of each form; a lazy pull of eStargz and zstd:chunked asks for ranges of these. */
const FORMS = {
  gzip: { attributes: { compression: "gzip" }, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" },
  zstd: { attributes: { compression: "zstd" }, mediaType: "application/vnd.oci.image.layer.v1.tar+zstd" },
  estargz: { attributes: { compression: "estargz" }, mediaType: "application/vnd.oci.image.layer.v1.tar+gzip" },
  uncompressed: { attributes: { compression: "uncompressed" }, mediaType: "application/vnd.oci.image.layer.v1.tar" },
  docker: {
    attributes: { "oci-mediatypes": "false" },
    mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  },
} as const;

async function compressionCases(context: CaseContext): Promise<void> {
  for (const [form, { attributes, mediaType }] of Object.entries(FORMS)) {
    await context.test(`buildkit pushes layers as ${form}, and pulls them`, [BuildkitClient], async (buildkit) => {
      const name = context.reference("buildkit/forms", form);
      await buildkit.build({
        context: busyboxContext(context, `echo ${form} > /made`),
        output: {
          type: "image",
          name,
          push: "true",
          "oci-mediatypes": "true",
          "force-compression": "true",
          ...attributes,
        },
      });
      const { layers } = await context.registry.imageManifest("buildkit/forms", form);
      assertEqual("media types of the layers", [...new Set(layers.map((layer) => layer.mediaType))], [mediaType]);
      assertEqual("annotated with a table of contents", layers.every(hasTableOfContents), form === "estargz");
      await buildkit.forget();
      const folder = context.place.freshPath("buildkit-form");
      const source = context.inputs.contextOf({ Dockerfile: `FROM ${name}\n` });
      await buildkit.build({ context: source, output: { type: "local", dest: folder } });
      assert(readFileSync(join(folder, "made"), "utf8") === `${form}\n`, "the layer does not contain the built file");
    });
  }
}

function hasTableOfContents({
  annotations = {},
}: {
  readonly annotations?: Readonly<Record<string, string>>;
}): boolean {
  return "containerd.io/snapshot/stargz/toc.digest" in annotations;
}
