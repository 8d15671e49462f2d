import { statfsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";

const GB = 1_000_000_000;

/** Where the cases of one run keep their registries. */
export class Place {
  readonly root = scratchFolder("lading-streaming-");

  /** Runs `work` against a registry that nobody else uses. */
  async withRegistry<T>(
    name: string,
    work: (registry: RegistryProcess) => Promise<T>,
    flags: readonly string[] = [],
  ): Promise<T> {
    const log = join(this.root, `${name}.log`);
    const registry = await RegistryProcess.start(await freePort(), join(this.root, name), log, { flags });
    try {
      return await work(registry);
    } finally {
      await registry.kill();
      await Bun.$`rm -rf ${join(this.root, name)}`.quiet();
    }
  }

  /** Why so many bytes cannot be written here; undefined where they can. */
  lackOfRoom(bytes: number): string | undefined {
    const { bavail, bsize } = statfsSync(this.root);
    const free = bavail * bsize;
    if (free >= bytes) return undefined;
    return `it needs ${(bytes / GB).toFixed(1)} GB of disk, there are ${(free / GB).toFixed(1)}`;
  }
}
