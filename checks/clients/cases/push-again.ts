// A second push of what the registry already has sends no blob; a push to another repository mounts instead.
import { assert, assertEqual } from "../assertions.ts";
import type { Client } from "../clients/client.ts";
import { CraneClient } from "../clients/crane.ts";
import { ContainerdClient } from "../clients/ctr.ts";
import { DockerClient } from "../clients/docker.ts";
import { OrasClient } from "../clients/oras.ts";
import { RegctlClient } from "../clients/regctl.ts";
import type { CaseContext } from "../context.ts";
import type { RecordedRequest, Tap } from "../tap.ts";

export async function pushAgainCases(context: CaseContext): Promise<void> {
  for (const client of context.clients) {
    await context.cases.test(`${client.name} pushes again and uploads nothing`, () =>
      context.withTap((tap) => pushUnderSecondTag(context, client, tap)),
    );
  }
  for (const client of context.clients) {
    await context.cases.test(`${client.name} mounts the layers from another repository`, () =>
      context.withTap((tap) => publishInSecondRepository(context, client, tap)),
    );
  }
  await context.test("docker says what it reused", [DockerClient], async (docker) => {
    const source = await context.inputs.twoLayers("said-docker");
    await docker.load(source);
    await docker.push(source.name, context.reference("said/first", "made"));
    const again = await docker.pushOutput(source.name, context.reference("said/first", "again"));
    assertEqual("layers that exist", again.split("Layer already exists").length - 1, source.layers.length);
    const from = `Mounted from ${context.registry.endpoint.nameOf("said/first")}`;
    const mounted = await docker.pushOutput(source.name, context.reference("said/second", "made"));
    assertEqual("layers mounted", mounted.split(from).length - 1, source.layers.length);
  });
}

async function pushUnderSecondTag(context: CaseContext, client: Client, tap: Tap): Promise<void> {
  const source = await context.inputs.twoLayers(`again-${client.name}`);
  const repository = `again/${client.name}`;
  await client.load(source);
  await client.push(source.name, context.reference(repository, "first", tap));
  const { digest } = await context.registry.imageManifest(repository, "first");
  assert(tap.blobUploads().length > 0, "the relay has not seen the first push");
  tap.clear();
  const reported = await client.push(source.name, context.reference(repository, "second", tap));
  assertEqual("blob uploads of the second push", tap.blobUploads().map(shown), []);
  assertEqual("digest that the client reports", reported, digest);
  assertEqual("digest of the second tag", await context.registry.resolve(repository, "second"), digest);
}

async function publishInSecondRepository(context: CaseContext, client: Client, tap: Tap): Promise<void> {
  const source = await context.inputs.twoLayers(`mount-${client.name}`);
  const [first, second] = [`mount/${client.name}/first`, `mount/${client.name}/second`];
  const [from, to] = [context.reference(first, "made", tap), context.reference(second, "made", tap)];
  await client.load(source);
  await client.push(source.name, from);
  if (client instanceof ContainerdClient) await client.pull(from);
  tap.clear();
  await republish(client, source.name, from, to);
  const manifest = await context.registry.imageManifest(second, "made");
  assertEqual("digest of the second repository", manifest.digest, await context.registry.resolve(first, "made"));
  for (const layer of manifest.layers) {
    const mounts = tap.requests.filter((request) =>
      isMount(request, layer.digest, context.registry.endpoint.nameOf(first)),
    );
    assertEqual(
      `answers to the mount of ${layer.digest}`,
      mounts.map(({ status }) => status),
      [201],
    );
    const uploads = tap.blobUploads().filter(({ method, target }) => method !== "POST" && names(target, layer.digest));
    assertEqual(`uploads of ${layer.digest}`, uploads.map(shown), []);
    assert(await context.registry.hasBlob(second, layer), `${layer.digest} is not in ${second}`);
  }
}

/** The engines remember where they have pushed an image; other clients must be told the source repository. */
async function republish(client: Client, imageName: string, from: string, to: string): Promise<void> {
  if (client instanceof CraneClient) await client.crane("copy", from, to);
  else if (client instanceof RegctlClient) await client.regctl(from, ["image", "copy", from, to]);
  else if (client instanceof OrasClient) await client.copyWithin(from, to);
  else if (client instanceof ContainerdClient) await client.pushPulled(from, to);
  else await client.push(imageName, to);
}

function isMount({ method, target }: RecordedRequest, digest: string, from: string): boolean {
  const query = new URLSearchParams(target.slice(target.indexOf("?") + 1));
  return method === "POST" && query.get("mount") === digest && query.get("from") === from;
}

function names(target: string, digest: string): boolean {
  return decodeURIComponent(target).includes(digest);
}

function shown({ method, target, status }: RecordedRequest): string {
  return `${method} ${target} ${status}`;
}
