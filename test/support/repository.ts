/** Starts a separate registry with an image in one repository, for the tests of manifests. */
import { afterAll } from "bun:test";
import { pushImage, putManifest } from "./push.ts";
import type { Content } from "./content.ts";
import { startRegistry } from "./registry.ts";

/** Await it at the top of a test file. The registry stops at the end of the file. */
export async function startRepository(name: string) {
  const registry = await startRegistry();
  afterAll(() => registry.dispose());
  const image = await pushImage(registry.url, name, "latest");

  const at = (reference: string, init: RequestInit = {}, repository = name) =>
    fetch(`${registry.url}/v2/${repository}/manifests/${reference}`, init);
  const put = (reference: string, content: Content, mediaType?: string) =>
    putManifest(registry.url, name, reference, content, mediaType);
  const remove = (reference: string, repository = name) => at(reference, { method: "DELETE" }, repository);

  return {
    registry,
    /** The image with the tag `latest`. */
    image,
    at,
    put,
    remove,
  };
}
