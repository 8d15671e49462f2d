// The functions of crane for images that are in the registry already: reading, tagging, copying and changing images.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import { runInto } from "../command.ts";
import type { CaseContext } from "../context.ts";
import { layerOfItems } from "../real-files.ts";
import { digestLike, digestOfBytes, type Descriptor } from "../layout.ts";
import { publish } from "../published.ts";
import { assertSameTree, mergeLayers, treeOfTar } from "../tree.ts";
import { craneIndexCases } from "./crane-index.ts";
import { pullAndCompare } from "./pulled.ts";

export async function craneCases(context: CaseContext): Promise<void> {
  await readingCases(context);
  await changingCases(context);
  await craneIndexCases(context);
}

async function readingCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("crane reads digest, manifest, config and blob", [CraneClient], async (crane) => {
    const { repository, reference, digest, manifest } = await publish(context, "crane/read");
    assertEqual("crane digest", (await crane.crane("digest", reference)).stdout.trim(), digest);
    assertEqual("crane manifest", digestOfBytes((await crane.crane("manifest", reference)).stdout), digest);
    assertEqual("crane config", digestOfBytes((await crane.crane("config", reference)).stdout), manifest.config.digest);
    for (const layer of manifest.layers) {
      const read = await crane.bytes("blob", context.reference(repository, layer.digest));
      assertEqual(`digest of crane blob ${layer.digest}`, digestLike(layer.digest, read), layer.digest);
    }
  });
  await context.test("crane validates an image and exports its files", [CraneClient], async (crane) => {
    const { reference, source } = await publish(context, "crane/exported");
    await crane.crane("validate", "--remote", reference);
    const exported = await runInto(["crane", "export", reference, "-"], { env: crane.env }, treeOfTar);
    assertSameTree("files that crane exported", exported.result, source.tree);
  });
  await context.test("crane tags, and copies every tag", [CraneClient], async (crane) => {
    const { repository, reference, digest } = await publish(context, "crane/tagged");
    await crane.crane("tag", reference, "second");
    await crane.crane("copy", "--all-tags", context.repository(repository), context.repository("crane/copied"));
    assertEqual("tags of the copy", await registry.tags("crane/copied"), ["made", "second"]);
    for (const tag of ["made", "second"]) {
      assertEqual(`digest of ${tag}`, await registry.resolve("crane/copied", tag), digest);
    }
  });
}

async function changingCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("crane appends a layer to an image", [CraneClient], async (crane) => {
    const { repository, reference, manifest, source } = await publish(context, "crane/appended");
    const added = await layerOfItems(context.place, { "srv/added": { text: "by crane\n" } });
    const target = context.reference(repository, "longer");
    await crane.crane("append", "--base", reference, "--new_layer", added.tarFile, "--new_tag", target);
    const longer = await registry.imageManifest(repository, "longer");
    assertEqual("the layers below", longer.layers.slice(0, -1).map(digestOf), manifest.layers.map(digestOf));
    const tree = mergeLayers([source.tree, added.tree]);
    await pullAndCompare(context, crane, { repository, reference: "longer", source: { ...source, tree } });
  });
  await context.test("crane mutates an image", [CraneClient], async (crane) => {
    const { repository, reference, manifest, source } = await publish(context, "crane/mutated");
    const flags = ["--label", "made.by=crane", "--annotation", "org.example.note=mutated"];
    await crane.crane("mutate", ...flags, "--tag", context.reference(repository, "mutated"), reference);
    const mutated = await registry.imageManifest(repository, "mutated");
    assertEqual("layers", mutated.layers.map(digestOf), manifest.layers.map(digestOf));
    assertEqual("annotation", mutated.annotations?.["org.example.note"], "mutated");
    assert(mutated.config.digest !== manifest.config.digest, "the config is the same");
    const config = new TextDecoder().decode(await registry.blob(repository, mutated.config.digest));
    const { Labels } = (JSON.parse(config) as { config: { Labels: unknown } }).config;
    assertEqual("labels", Labels, { "made.by": "crane" });
    await pullAndCompare(context, crane, { repository, reference: "mutated", source });
  });
  await context.test("crane flattens an image", [CraneClient], async (crane) => {
    const { repository, reference, source } = await publish(context, "crane/flattened");
    await crane.crane("flatten", "--tag", context.reference(repository, "flat"), reference);
    assertEqual("number of layers", (await registry.imageManifest(repository, "flat")).layers.length, 1);
    await pullAndCompare(context, crane, { repository, reference: "flat", source });
  });
}

function digestOf({ digest }: Descriptor): string {
  return digest;
}
