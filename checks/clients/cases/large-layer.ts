// A layer of several hundred megabytes, once uncompressed and once compressed by docker.
import { assert, assertEqual } from "../assertions.ts";
import { CraneClient } from "../clients/crane.ts";
import { DockerClient } from "../clients/docker.ts";
import { RegctlClient } from "../clients/regctl.ts";
import { SkopeoClient } from "../clients/skopeo.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { pullAndCompare } from "./pulled.ts";

const LARGE_BYTES = 200 * 1000 * 1000;

export async function largeLayerCases(context: CaseContext): Promise<void> {
  const { cases, clients, inputs, registry } = context;
  const repository = "large/plain";
  let pushed: ImageSource | undefined;
  const pushedSource = (): ImageSource => {
    assert(pushed !== undefined, "the image was not pushed");
    return pushed;
  };
  const pusher = context.firstOf(CraneClient, RegctlClient, SkopeoClient);
  if (pusher === undefined) return cases.skip("a layer of several hundred MB", "no client that copies layouts");
  await cases.test(`${pusher.name} pushes a layer of several hundred MB`, async () => {
    const source = await inputs.large("large");
    const layout = await inputs.layout(source, { compress: false });
    const reported = await pusher.pushLayout(layout.folder, context.reference(repository, "made"));
    const manifest = await registry.imageManifest(repository, "made");
    assertEqual(`digest that ${pusher.name} reports`, reported, layout.manifest.digest);
    assertEqual("digest in the registry", manifest.digest, layout.manifest.digest);
    const largest = Math.max(...manifest.layers.map((layer) => layer.size));
    assert(largest > LARGE_BYTES, `this machine's files make a layer of ${largest} bytes only`);
    pushed = source;
  });
  for (const client of clients) {
    await cases.test(`${client.name} pulls a layer of several hundred MB`, async () => {
      const source = pushedSource();
      await client.forget();
      await pullAndCompare(context, client, { repository, reference: "made", source });
      // Docker's copy is the input of the next case.
      if (!(client instanceof DockerClient)) await client.forget();
    });
  }
  await context.test(
    "docker pushes the large layer compressed, skopeo pulls it",
    [DockerClient, SkopeoClient],
    async (docker, skopeo) => {
      const source = pushedSource();
      const target = context.reference("large/compressed", "made");
      const reported = await docker.pushPulled(context.reference(repository, "made"), target);
      const [plain, compressed] = await Promise.all([
        registry.imageManifest(repository, "made"),
        registry.imageManifest("large/compressed", "made"),
      ]);
      assertEqual("digest that docker reports", reported, compressed.digest);
      assertEqual("config digest, which compression does not change", compressed.config.digest, plain.config.digest);
      await pullAndCompare(context, skopeo, { repository: "large/compressed", reference: "made", source });
      await docker.forget();
    },
  );
}
