import { nativeArchitecture } from "../../tools/image/platforms.ts";
import { assertEqual } from "../clients/assertions.ts";
import { copiesLayouts, handlesImages } from "../clients/clients/client.ts";
import type { Registry } from "../clients/registry.ts";
import { assertSameTree } from "../clients/tree.ts";
import type { Report } from "../streaming/report.ts";
import type { BuiltImage } from "./build.ts";
import type { Programs } from "./programs.ts";

/** The repository of the image in the registry of the checks. */
export const repository = "lading/lading";

/** Every client that copies layouts pushes the image, and the engines pull it for each kind of machine. */
export async function testDistribution(report: Report, image: BuiltImage, registry: Registry, programs: Programs) {
  const reference = `${registry.endpoint.repository(repository)}:${image.tag}`;
  for (const program of programs.all.filter(copiesLayouts)) {
    await report.test(`${program.name} pushes the layout`, async () => {
      const digest = await program.pushLayout(image.folder, reference, image.tag);
      assertEqual("the digest", [digest, await registry.resolve(repository, image.tag)], [image.digest, image.digest]);
      return digest;
    });
  }
  // The engines run the image afterwards, so that of this machine is the last one that they pull.
  const architectures = Object.keys(image.platforms).toSorted((a) => (a === nativeArchitecture ? 1 : -1));
  for (const engine of programs.all.filter(handlesImages).filter((program) => !copiesLayouts(program))) {
    for (const architecture of architectures) {
      await report.test(`${engine.name} pulls the image for ${architecture}`, async () => {
        await engine.forget();
        const pulled = await engine.pull(reference, architecture);
        const { configDigest, tree } = image.platforms[architecture]!;
        assertEqual("the digests", [pulled.manifestDigest, pulled.configDigest], [image.digest, configDigest]);
        assertSameTree("the files", pulled.tree, tree);
        return `${tree.size} files`;
      });
    }
  }
}
