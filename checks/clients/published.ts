// Images that are pushed by plain requests, for cases that only need an existing image.
import type { CaseContext } from "./context.ts";
import { LAYOUT_TAG, type ImageSource } from "./images.ts";
import { blobFile, type ImageManifest } from "./layout.ts";

export interface Published {
  readonly repository: string;
  readonly source: ImageSource;
  readonly digest: string;
  readonly manifest: ImageManifest;
  /** The reference by tag. */
  readonly reference: string;
}

export async function publish(context: CaseContext, repository: string, architecture = "amd64"): Promise<Published> {
  return publishSource(
    context,
    repository,
    await context.inputs.twoLayers(repository.replaceAll("/", "-")),
    architecture,
  );
}

export async function publishSource(
  context: CaseContext,
  repository: string,
  source: ImageSource,
  architecture = "amd64",
): Promise<Published> {
  const { inputs, registry } = context;
  const { folder, manifest: described } = await inputs.layout(source, { compress: true, architecture });
  const body = await Bun.file(blobFile(folder, described.digest)).text();
  const manifest = JSON.parse(body) as ImageManifest;
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    await registry.putBlob(repository, await Bun.file(blobFile(folder, digest)).bytes());
  }
  await registry.putManifest(repository, LAYOUT_TAG, described.mediaType, body);
  const reference = context.reference(repository, LAYOUT_TAG);
  return { repository, source, digest: described.digest, manifest, reference };
}
