import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runToEnd, startProcess } from "../../test/support/process.ts";
import { pushImage } from "../../test/support/push.ts";
import { assertEqual } from "../clients/assertions.ts";
import { blobFile } from "../clients/layout.ts";
import type { Workplace } from "../clients/workplace.ts";
import { Skip, type Report } from "../streaming/report.ts";
import type { BuiltImage } from "./build.ts";
import { nativeArchitecture } from "../../tools/image/platforms.ts";

/** The programs that run executables of another processor. */
const emulators: Readonly<Record<string, string>> = { arm64: "qemu-aarch64-static", amd64: "qemu-x86_64-static" };

/** Runs the images for other processors under emulation, with the libraries of the image and no other files. */
export async function testEmulated(report: Report, image: BuiltImage, place: Workplace): Promise<void> {
  for (const [architecture, { layerDigest }] of Object.entries(image.platforms)) {
    if (architecture === nativeArchitecture) continue;
    await report.test(`the image for ${architecture} serves a push and a pull under emulation`, async () => {
      const emulator = place.which(emulators[architecture]!);
      if (emulator === null) throw new Skip(`${emulators[architecture]} not installed`);
      const root = place.folder(`root-${architecture}`);
      unpack(blobFile(image.folder, layerDigest), root);
      return serve([emulator, "-L", root, join(root, "usr", "bin", "lading")], place.folder(`data-${architecture}`));
    });
  }
}

function unpack(layer: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const { success } = Bun.spawnSync(["tar", "-xzf", layer, "-C", folder]);
  if (!success) throw new Error(`tar cannot unpack ${layer}`);
}

async function serve(command: readonly string[], data: string): Promise<string> {
  const running = await startProcess(["--listen", "127.0.0.1:0", "--data", data], {}, { command });
  try {
    const { manifest } = await pushImage(running.url, "under/emulation", "latest");
    const pulled = await fetch(`${running.url}/v2/under/emulation/manifests/latest`);
    assertEqual("the pulled digest", pulled.headers.get("docker-content-digest"), manifest.digest);
  } finally {
    await running.end();
  }
  return (await runToEnd(["version", "--json"], {}, { command })).stdout.trim();
}
