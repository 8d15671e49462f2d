import { expect, test } from "bun:test";
import { startRegistry } from "../harness/registry.ts";
import { pushImage } from "../harness/push.ts";

test("an image goes in and comes out", async () => {
  const registry = await startRegistry();
  const { manifest, layer } = await pushImage(registry.url, "library/busybox", "latest");
  const got = await fetch(`${registry.url}/v2/library/busybox/manifests/latest`);
  expect(new Uint8Array(await got.arrayBuffer())).toEqual(manifest.bytes);
  const blob = await fetch(`${registry.url}/v2/library/busybox/blobs/${layer.digest}`);
  expect(new Uint8Array(await blob.arrayBuffer())).toEqual(layer.bytes);
  await registry.dispose();
});
