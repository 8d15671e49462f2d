// Every client pushes an image that it has made; every other client pulls it.
import { assert, assertEqual } from "../assertions.ts";
import type { CaseContext } from "../context.ts";
import type { ImageSource } from "../images.ts";
import { pullAndCompare } from "./pulled.ts";

export async function matrixCases(context: CaseContext): Promise<void> {
  const { cases, clients, inputs, registry } = context;
  for (const pusher of clients) {
    const repository = `matrix/${pusher.name}`;
    let pushed: ImageSource | undefined;
    await cases.test(`${pusher.name} pushes six layers`, async () => {
      const source = await inputs.sixLayers(`matrix-${pusher.name}`);
      await pusher.load(source);
      const reported = await pusher.push(source.name, context.reference(repository, "made"));
      const manifest = await registry.imageManifest(repository, "made");
      assertEqual(`digest that ${pusher.name} reports`, reported, manifest.digest);
      assertEqual("number of layers in the registry", manifest.layers.length, source.layers.length);
      for (const blob of [manifest.config, ...manifest.layers]) {
        assert(await registry.hasBlob(repository, blob), `${blob.digest} of ${blob.size} bytes is not there`);
      }
      pushed = source;
    });
    for (const puller of clients) {
      if (puller === pusher) continue;
      await cases.test(`${puller.name} pulls what ${pusher.name} pushed`, async () => {
        assert(pushed !== undefined, `${pusher.name} has pushed nothing`);
        await puller.forget();
        await pullAndCompare(context, puller, { repository, reference: "made", source: pushed });
      });
    }
  }
}
