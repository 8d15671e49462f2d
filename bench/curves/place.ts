import { statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { freePort } from "../../checks/clients/registry.ts";
import { RegistryProcess, scratchFolder } from "../../checks/crash/registry-process.ts";
import { PinnedRegistry } from "./pinned-registry.ts";

/** The data directories and the core of the registries of a run. The load uses another core. */
export class Place {
  readonly #root = scratchFolder("lading-curves-");
  readonly #by: readonly string[];
  readonly #running = new Set<PinnedRegistry>();
  readonly #folders: string[] = [];

  /** Moves this process to the second core; returns the reason if that is not possible. */
  static async take(): Promise<{ readonly place: Place; readonly unpinned?: string }> {
    if (availableParallelism() < 2) return { place: new Place([]), unpinned: "there is one core only" };
    if (!Bun.which("taskset")) return { place: new Place([]), unpinned: "there is no taskset" };
    await Bun.$`taskset --all-tasks --cpu-list --pid 1 ${process.pid}`.quiet();
    return { place: new Place(["taskset", "--cpu-list", "0"]) };
  }

  private constructor(by: readonly string[]) {
    this.#by = by;
  }

  newData(): string {
    const folder = join(this.#root, `data-${this.#folders.length}`);
    this.#folders.push(folder);
    return folder;
  }

  async start(data: string): Promise<PinnedRegistry> {
    const log = join(this.#root, "registry.log");
    const registry = new PinnedRegistry(await RegistryProcess.start(await freePort(), data, log, { by: this.#by }));
    this.#running.add(registry);
    return registry;
  }

  /** Runs the work with a separate registry. */
  async withRegistry<T>(data: string, work: (registry: PinnedRegistry) => Promise<T>): Promise<T> {
    const registry = await this.start(data);
    try {
      return await work(registry);
    } finally {
      await this.#end(registry);
    }
  }

  /** Stops every registry and removes all data. */
  async clear(): Promise<void> {
    for (const registry of this.#running) await this.#end(registry);
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.#root);
    return bavail * bsize;
  }

  async #end(registry: PinnedRegistry): Promise<void> {
    this.#running.delete(registry);
    await registry.kill();
  }
}
