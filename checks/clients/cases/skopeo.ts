// What skopeo does besides pushing and pulling: inspecting, converting, and syncing folders and registries.
import { assertEqual } from "../assertions.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";
import { digestOfBytes } from "../layout.ts";
import { publish } from "../published.ts";
import { pullAndCompare } from "./pulled.ts";

const DOCKER_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";

export async function skopeoCases(context: CaseContext): Promise<void> {
  await context.test("skopeo inspects an image, raw and parsed", [SkopeoClient], async (skopeo) => {
    const { reference, digest, manifest } = await publish(context, "skopeo/inspected");
    const inspect = async (...flags: string[]): Promise<string> =>
      (await skopeo.skopeo("inspect", ...flags, ...skopeo.flags(), `docker://${reference}`)).stdout;
    assertEqual("digest of the raw manifest", digestOfBytes(await inspect("--raw")), digest);
    assertEqual("digest of the raw config", digestOfBytes(await inspect("--raw", "--config")), manifest.config.digest);
    const parsed = JSON.parse(await inspect()) as { Digest: string; Layers: string[]; RepoTags: string[] };
    assertEqual("Digest", parsed.Digest, digest);
    assertEqual(
      "Layers",
      parsed.Layers,
      manifest.layers.map((layer) => layer.digest),
    );
    assertEqual("RepoTags", parsed.RepoTags, ["made"]);
  });
  await context.test("skopeo copies from OCI to Docker schema 2", [SkopeoClient], async (skopeo) => {
    const { reference, source, manifest } = await publish(context, "skopeo/oci");
    await convert(skopeo, "v2s2", reference, context.reference("skopeo/schema2", "made"));
    const converted = await context.registry.imageManifest("skopeo/schema2", "made");
    assertEqual("media type", converted.mediaType, DOCKER_MANIFEST_TYPE);
    assertEqual(
      "layers",
      converted.layers.map(({ digest }) => digest),
      manifest.layers.map(({ digest }) => digest),
    );
    await pullAndCompare(context, skopeo, { repository: "skopeo/schema2", reference: "made", source });
  });
  await syncCases(context);
}

async function syncCases(context: CaseContext): Promise<void> {
  const { registry } = context;
  await context.test("skopeo syncs a repository to a folder and back", [SkopeoClient], async (skopeo) => {
    const { digest, source } = await publish(context, "skopeo/synced");
    const folder = context.place.freshPath("skopeo-sync");
    const from = ["--src", "docker", ...skopeo.flags("src-"), "--dest", "dir"];
    await skopeo.skopeo("sync", ...from, context.repository("skopeo/synced"), folder);
    const kept = await Bun.file(`${folder}/synced:made/manifest.json`).bytes();
    assertEqual("digest in the folder", digestOfBytes(kept), digest);
    const back = ["--src", "dir", "--dest", "docker", ...skopeo.flags("dest-")];
    await skopeo.skopeo("sync", ...back, folder, context.repository("skopeo/back"));
    assertEqual("digest that came back", await registry.resolve("skopeo/back/synced", "made"), digest);
    await pullAndCompare(context, skopeo, { repository: "skopeo/back/synced", reference: "made", source });
  });
  await context.test("skopeo syncs a repository to another, tag by tag", [SkopeoClient], async (skopeo) => {
    const { digest, reference } = await publish(context, "skopeo/tags");
    await skopeo.copyWithin(reference, context.reference("skopeo/tags", "other"));
    const both = ["--src", "docker", ...skopeo.flags("src-"), "--dest", "docker", ...skopeo.flags("dest-")];
    await skopeo.skopeo("sync", ...both, context.repository("skopeo/tags"), context.repository("skopeo/mirror"));
    assertEqual("tags of the mirror", await registry.tags("skopeo/mirror/tags"), ["made", "other"]);
    for (const tag of ["made", "other"]) {
      assertEqual(`digest of ${tag}`, await registry.resolve("skopeo/mirror/tags", tag), digest);
    }
  });
}

async function convert(skopeo: SkopeoClient, format: string, source: string, target: string): Promise<void> {
  const flags = [`--format=${format}`, ...skopeo.flags("src-"), ...skopeo.flags("dest-")];
  await skopeo.skopeo("copy", "--quiet", ...flags, `docker://${source}`, `docker://${target}`);
}
