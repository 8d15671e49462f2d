// Docker schema 1: images that skopeo pushes and images that the registry converts, both pulled by Docker's engine.
import { assert, assertEqual } from "../assertions.ts";
import { DockerClient } from "../clients/docker.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { digestOfBytes } from "../layout.ts";
import { publish } from "../published.ts";
import { assertSameTree } from "../tree.ts";

const SIGNED_TYPE = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/** The Accept header of clients that knew only schema 1. */
const OLD_ACCEPT = `${SIGNED_TYPE}, application/vnd.docker.distribution.manifest.v1+json, application/json`;

export async function schema1Cases(context: CaseContext): Promise<void> {
  await context.test("skopeo copies to Docker schema 1", [SkopeoClient], async (skopeo) => {
    const { reference, manifest } = await publish(context, "schema1/newer");
    await pushSchema1(context, skopeo, reference, "schema1/copied");
    const { document } = await signedManifest(context, "schema1/copied");
    assertEqual("layers", layersOf(document), manifest.layers.map(({ digest }) => digest).toReversed());
  });
  await context.test(
    "docker pulls Docker schema 1 that skopeo signed",
    [DockerClient, SkopeoClient],
    async (docker, skopeo) => {
      const { reference, source } = await publish(context, "schema1/source");
      await pushSchema1(context, skopeo, reference, "schema1/pushed");
      await pullSchema1(context, docker, "schema1/pushed", source);
    },
  );
  const conversion = "docker pulls an image that the registry converted to Docker schema 1";
  if (!context.registry.isOwn) return context.cases.skip(conversion, "a registry that runs already may not convert");
  await context.test(conversion, [DockerClient], async (docker) => {
    const { source, digest } = await publish(context, "schema1/converted");
    const converted = await signedManifest(context, "schema1/converted", { headers: { accept: OLD_ACCEPT } });
    assertEqual(
      "digest that docker's own Accept leads to",
      await context.registry.resolve("schema1/converted", "made"),
      digest,
    );
    // The engine accepts newer types and would get the image without conversion, so the converted form is pushed as a
    // separate image.
    await context.registry.putManifest("schema1/converted", "made", SIGNED_TYPE, converted.text);
    await pullSchema1(context, docker, "schema1/converted", source);
  });
}

async function pushSchema1(
  context: CaseContext,
  skopeo: SkopeoClient,
  source: string,
  repository: string,
): Promise<void> {
  const flags = ["--format=v2s1", ...skopeo.flags("src-"), ...skopeo.flags("dest-")];
  const target = context.reference(repository, "made");
  await skopeo.skopeo("copy", "--quiet", ...flags, `docker://${source}`, `docker://${target}`);
}

/** Docker identifies the image by its signed digest, and has its files. */
async function pullSchema1(
  context: CaseContext,
  docker: DockerClient,
  repository: string,
  source: ImageSource,
): Promise<void> {
  const { digest } = await signedManifest(context, repository);
  await docker.forget();
  const pulled = await docker.pull(context.reference(repository, "made"));
  assertEqual("digest that docker says", pulled.manifestDigest, digest);
  assertSameTree("files that docker pulled", pulled.tree, source.tree);
}

interface Document {
  readonly fsLayers: readonly { readonly blobSum: string }[];
  readonly signatures: readonly { readonly protected: string }[];
}

/** The registry's document. Its digest is computed from the bytes that its first signature covers. */
async function signedManifest(context: CaseContext, repository: string, init: RequestInit = {}) {
  const reply = await context.registry.request(repository, "manifests/made", init);
  const bytes = Buffer.from(await reply.bytes());
  assertEqual(
    `status and type of ${repository}`,
    [reply.status, reply.headers.get("content-type")],
    [200, SIGNED_TYPE],
  );
  const document = JSON.parse(bytes.toString()) as Document;
  const [signature] = document.signatures;
  assert(signature !== undefined, `${repository} has no signature`);
  const { formatLength, formatTail } = JSON.parse(Buffer.from(signature.protected, "base64url").toString()) as {
    formatLength: number;
    formatTail: string;
  };
  const payload = Buffer.concat([bytes.subarray(0, formatLength), Buffer.from(formatTail, "base64url")]);
  const digest = digestOfBytes(payload);
  assertEqual(`Docker-Content-Digest of ${repository}`, reply.headers.get("docker-content-digest"), digest);
  return { document, digest, text: bytes.toString() };
}

function layersOf({ fsLayers }: Document): readonly string[] {
  return fsLayers.map(({ blobSum }) => blobSum);
}
