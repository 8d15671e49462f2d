/** A registry of its own with an image in one repository: what the tests of manifests start from. */
import { afterAll } from "bun:test";
import { pushImage, putManifest } from "./push.ts";
import type { Content } from "./content.ts";
import { startRegistry } from "./registry.ts";

/** To be awaited at the top of a test file, whose end it ends with. */
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
    /** Pushed as `latest`. */
    image,
    at,
    put,
    remove,
  };
}
