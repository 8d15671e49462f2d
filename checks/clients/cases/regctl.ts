// The functions of regctl besides copying images: changing images, transferring single blobs, and using sha512.
import { assert, assertEqual } from "../assertions.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes, type Descriptor } from "../layout.ts";
import { publish } from "../published.ts";
import { pullAndCompare } from "./pulled.ts";
import { regctlReferrersCases } from "./regctl-referrers.ts";
import { regctlSha512Cases } from "./regctl-sha512.ts";

const DOCKER_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

export async function regctlCases(context: CaseContext): Promise<void> {
  await imageCases(context);
  await blobCases(context);
  await regctlReferrersCases(context);
  await regctlSha512Cases(context);
}

async function imageCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("regctl reads manifests as they are", [RegctlClient], async (regctl) => {
    const { reference, digest } = await publish(context, "regctl/read");
    const got = await regctl.regctl(reference, ["manifest", "get", "--format", "raw-body", reference]);
    assertEqual("digest of the manifest", digestOfBytes(got.stdout), digest);
    assertEqual("digest that regctl states", await regctl.digestOf(reference), digest);
  });
  await context.test("regctl modifies an image", [RegctlClient], async (regctl) => {
    const { repository, reference, manifest, source } = await publish(context, "regctl/modified");
    const target = context.reference(repository, "modified");
    const changes = ["--annotation", "org.example.note=modified", "--label", "made.by=regctl", "--to-docker"];
    await regctl.regctl(reference, ["image", "mod", reference, "--create", target, ...changes]);
    const modified = await registry.imageManifest(repository, "modified");
    assertEqual("media type", modified.mediaType, DOCKER_MANIFEST_TYPE);
    assertEqual("annotation", modified.annotations?.["org.example.note"], "modified");
    assertEqual("layers", modified.layers.map(digestOf), manifest.layers.map(digestOf));
    const config = new TextDecoder().decode(await registry.blob(repository, modified.config.digest));
    const { Labels } = (JSON.parse(config) as { config: { Labels: unknown } }).config;
    assertEqual("labels", Labels, { "made.by": "regctl" });
    await pullAndCompare(context, regctl, { repository, reference: "modified", source });
  });
  await context.test("regctl exports an image and imports it again", [RegctlClient], async (regctl) => {
    const { reference, digest, source } = await publish(context, "regctl/exported");
    const file = context.place.freshPath("regctl-export");
    await regctl.regctl(reference, ["image", "export", reference, file]);
    const target = context.reference("regctl/imported", "made");
    await regctl.regctl(target, ["image", "import", target, file]);
    assertEqual("digest", await registry.resolve("regctl/imported", "made"), digest);
    await pullAndCompare(context, regctl, { repository: "regctl/imported", reference: "made", source });
  });
}

async function blobCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("regctl puts, reads, copies and deletes a blob", [RegctlClient], async (regctl) => {
    const [from, to] = [context.repository("regctl/blobs"), context.repository("regctl/blobs-copied")];
    const text = "a blob by itself\n";
    const file = context.place.freshPath("regctl-blob");
    await Bun.write(file, text);
    const put = await regctl.regctl(from, ["blob", "put", from], { stdinFile: file });
    const blob = { mediaType: "application/octet-stream", digest: digestOfBytes(text), size: text.length };
    assertEqual("digest that regctl states", put.stdout.trim(), blob.digest);
    assertEqual("the blob", (await regctl.regctl(from, ["blob", "get", from, blob.digest])).stdout, text);
    await regctl.regctl(from, ["blob", "copy", from, to, blob.digest]);
    await registry.blob("regctl/blobs-copied", blob.digest);
    await regctl.regctl(from, ["blob", "delete", from, blob.digest]);
    assert(!(await registry.hasBlob("regctl/blobs", blob)), "the blob is still there");
    assert(await registry.hasBlob("regctl/blobs-copied", blob), "the copy went with it");
  });
}

function digestOf({ digest }: Descriptor): string {
  return digest;
}
