// The build cache in the registry: an index of layers as BuildKit before 0.21 writes it, and an image manifest since then.
import { assert, assertEqual } from "../assertions.ts";
import { BuildkitClient } from "../clients/buildkit.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import { busyboxContext } from "./buildkit-contexts.ts";

const REPOSITORY = "buildkit/cache";
const CONFIG_TYPE = "application/vnd.buildkit.cacheconfig.v0";

export async function buildkitCacheCases(context: CaseContext): Promise<void> {
  for (const form of ["index", "manifest"] as const) {
    await context.test(
      `buildkit exports its cache as an ${form === "index" ? "index of layers" : "image manifest"}, and imports it`,
      [BuildkitClient],
      async (buildkit) => {
        const source = busyboxContext(context, `echo cached as ${form} > /made`);
        const ref = context.reference(REPOSITORY, form);
        const imageManifest = String(form === "manifest");
        await buildkit.build({
          context: source,
          exportCache: {
            type: "registry",
            ref,
            mode: "max",
            "image-manifest": imageManifest,
            "oci-mediatypes": "true",
          },
        });
        const { document } = await context.registry.manifest(REPOSITORY, form);
        const entries = "manifests" in document ? document.manifests : [document.config];
        assertEqual("is an index", "manifests" in document, form === "index");
        assert(
          entries.some(({ mediaType }) => mediaType === CONFIG_TYPE),
          "the cache has no configuration of BuildKit's",
        );
        await buildkit.forget();
        const { progress } = await buildkit.build({ context: source, importCache: { type: "registry", ref } });
        assert(/^#\d+ CACHED$/m.test(progress), `the second build ran everything again: ${progress.slice(-800)}`);
      },
    );
  }
  await context.test("buildkit pushes its cache inside the image", [BuildkitClient], async (buildkit) => {
    const source = busyboxContext(context, "echo inline > /made");
    const name = context.reference(REPOSITORY, "inline");
    await buildkit.build({
      context: source,
      output: { type: "image", name, push: "true" },
      exportCache: { type: "inline" },
    });
    await buildkit.forget();
    const { progress } = await buildkit.build({ context: source, importCache: { type: "registry", ref: name } });
    assert(/^#\d+ CACHED$/m.test(progress), `the second build ran everything again: ${progress.slice(-800)}`);
  });
  await context.test(
    "regctl copies a cache that buildkit exported as an index of layers",
    [RegctlClient, BuildkitClient],
    async (regctl, buildkit) => {
      const ref = context.reference(REPOSITORY, "copied");
      await buildkit.build({
        context: busyboxContext(context, "echo copied > /made"),
        exportCache: { type: "registry", ref, mode: "max", "image-manifest": "false" },
      });
      await regctl.regctl(ref, ["image", "copy", ref, context.reference("buildkit/copies", "cache")]);
      const copied = await context.registry.index("buildkit/copies", "cache");
      assertEqual("the copy", copied, await context.registry.index(REPOSITORY, "copied"));
      for (const entry of copied.manifests) {
        assert(await context.registry.hasBlob("buildkit/copies", entry), `the copy lacks ${entry.digest}`);
      }
    },
  );
}
