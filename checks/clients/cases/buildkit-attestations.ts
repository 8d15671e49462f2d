// Attestations: BuildKit puts them into manifests next to the image's in its index, for a platform called unknown.
import { assert, assertEqual } from "../assertions.ts";
import { BuildkitClient } from "../clients/buildkit.ts";
import type { CaseContext } from "../context.ts";
import { busyboxContext, scannerContext } from "./buildkit-contexts.ts";

const PREDICATE = "in-toto.io/predicate-type";

export async function buildkitAttestationCases(context: CaseContext): Promise<void> {
  await context.test("buildkit pushes provenance in its index", [BuildkitClient], async (buildkit) => {
    await buildkit.build({
      context: busyboxContext(context, "echo proven > /made"),
      options: { "attest:provenance": "mode=max" },
      output: { type: "image", name: context.reference("buildkit/attested", "provenance"), push: "true" },
    });
    const types = await predicatesOf(context, "provenance");
    assertEqual("number of statements", types.length, 1);
    assert(types[0]!.startsWith("https://slsa.dev/provenance/"), `the statement is a ${types[0]}`);
  });
  await context.test(
    "buildkit pushes a bill of materials that a scanner in the registry made",
    [BuildkitClient],
    async (buildkit) => {
      const scanner = context.reference("buildkit/scanner", "1");
      await buildkit.build({
        context: scannerContext(context),
        output: { type: "image", name: scanner, push: "true" },
      });
      await buildkit.build({
        context: busyboxContext(context, "echo listed > /made"),
        options: { "attest:sbom": `generator=${scanner}` },
        output: { type: "image", name: context.reference("buildkit/attested", "sbom"), push: "true" },
      });
      assertEqual("statements", await predicatesOf(context, "sbom"), ["https://spdx.dev/Document"]);
    },
  );
}

/** The types of all statements about the image under a tag. */
async function predicatesOf({ registry }: CaseContext, tag: string): Promise<readonly (string | undefined)[]> {
  const [image, attestation] = (await registry.index("buildkit/attested", tag)).manifests;
  assert(image !== undefined && attestation !== undefined, "the index has no second manifest");
  assertEqual("what is attested", attestation.annotations?.["vnd.docker.reference.digest"], image.digest);
  const { layers } = await registry.imageManifest("buildkit/attested", attestation.digest);
  for (const { digest } of layers) await registry.blob("buildkit/attested", digest);
  return layers.map(({ annotations }) => annotations?.[PREDICATE]);
}
