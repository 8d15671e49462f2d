import { statfsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../crash/registry-process.ts";

const GB = 1_000_000_000;

/** The folder for the registries of one run. */
export class Place {
  readonly root = scratchFolder("lading-streaming-");

  /** Runs `work` against a separate registry. */
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

  /** Why this number of bytes cannot be written here; undefined if it can. */
  lackOfRoom(bytes: number): string | undefined {
    const { bavail, bsize } = statfsSync(this.root);
    const free = bavail * bsize;
    if (free >= bytes) return undefined;
    return `it needs ${(bytes / GB).toFixed(1)} GB of disk, there are ${(free / GB).toFixed(1)}`;
  }
}
