import { join } from "node:path";
import { freePort } from "../clients/registry.ts";
import { compareFiles, sweepFiles, type Swept } from "./files.ts";
import { HttpClient } from "./http-client.ts";
import type { Violation } from "./model.ts";
import { Pusher } from "./pusher.ts";
import { Random } from "./random.ts";
import { RegistryProcess } from "./registry-process.ts";
import { finishSessions, verifyPlaces, verifySessions } from "./verify.ts";
import { World } from "./world.ts";

const pushers = 16;
const loadMs = { least: 300, most: 1_500 };
/** The number of places of earlier rounds that a round checks. */
const olderPlaces = 300;

export const readyBarMs = 2_000;

export interface RoundResult {
  readonly operations: number;
  readonly acknowledged: number;
  readonly loadMs: number;
  readonly readyMs: number;
  readonly verified: number;
  readonly violations: readonly Violation[];
}

/** A registry that is killed and restarted with the same data and the same port, and its clients. */
export class CrashingRegistry {
  readonly world = new World();
  readonly #random: Random;
  readonly #client: HttpClient;
  readonly #port: number;
  readonly #data: string;
  readonly #logFile: string;
  readonly #workers: number;
  readonly #pushers: readonly Pusher[];
  #process: RegistryProcess;

  private constructor(random: Random, folder: string, process: RegistryProcess, workers: number) {
    this.#random = random;
    this.#workers = workers;
    this.#port = process.port;
    this.#data = join(folder, "data");
    this.#logFile = join(folder, "registry.log");
    this.#process = process;
    this.#client = new HttpClient(process.port, workers === 1);
    const shared = this.world.library("crash/shared");
    this.#pushers = Array.from({ length: pushers }, (_, number) => {
      return new Pusher(this.world, new Random(random.next()), this.world.library(`crash/pusher-${number}`), shared);
    });
  }

  static async start(random: Random, folder: string, workers: number): Promise<CrashingRegistry> {
    const port = await freePort();
    const process = await RegistryProcess.start(port, join(folder, "data"), join(folder, "registry.log"), { workers });
    return new CrashingRegistry(random, folder, process, workers);
  }

  /** The start time of the current process, in milliseconds. */
  get readyMs(): number {
    return this.#process.readyMs;
  }

  /** Load, SIGKILL, start, and a check of everything that the load has touched and of some older places. */
  async round(): Promise<RoundResult> {
    const { operations, acknowledged } = this.world;
    const forMs = this.#random.between(loadMs.least, loadMs.most);
    const early = await this.#loadAndKill(forMs);
    const options = { workers: this.#workers };
    this.#process = await RegistryProcess.start(this.#port, this.#data, this.#logFile, options);
    const checked = await this.#verify(false);
    return {
      operations: this.world.operations - operations,
      acknowledged: this.world.acknowledged - acknowledged,
      loadMs: forMs,
      readyMs: this.#process.readyMs,
      verified: checked.verified,
      violations: [...early, ...this.world.surprises.splice(0), ...checked.violations],
    };
  }

  /** Checks all places, after it has finished every session. */
  verifyAll(): Promise<{ verified: number; violations: Violation[] }> {
    return this.#verify(true);
  }

  /** Kills the registry once more, sweeps what the kills have left, and compares every file with the database. */
  async endAndSweep(): Promise<{ swept: Swept; violations: Violation[] }> {
    await this.#process.kill();
    const swept = await sweepFiles(this.#data);
    return { swept, violations: compareFiles(this.#data) };
  }

  async #loadAndKill(forMs: number): Promise<Violation[]> {
    let killed = false;
    const early: Violation[] = [];
    const running = this.#pushers.map(async (pusher) => {
      const error = await pusher.run(this.#client);
      if (!killed) early.push({ defect: "unexpected answer", text: `broken before the kill: ${String(error)}` });
    });
    await Bun.sleep(forMs);
    if (this.#process.ended) early.push({ defect: "unexpected answer", text: "the registry ended by itself" });
    killed = true;
    if (this.#workers > 1) await this.#killWorker();
    await this.#process.kill();
    // No client may be active when the registry restarts. The kill has interrupted all unanswered requests.
    await Promise.all(running);
    return early;
  }

  /** Kills a worker. Some of the pushers continue with the other workers and with the replacement. */
  async #killWorker(): Promise<void> {
    this.#process.killWorker();
    await Bun.sleep(this.#random.between(0, 300));
  }

  async #verify(all: boolean): Promise<{ verified: number; violations: Violation[] }> {
    const { world } = this;
    const sessions = world.sessions.filter(({ open }) => all || open || this.#random.chance(0.02));
    const violations = await verifySessions(this.#client, sessions);
    const open = sessions.filter((session) => session.open && (all || this.#random.chance(0.4)));
    violations.push(...(await finishSessions(this.#client, world, open)));
    const touched = world.takeTouched();
    const places = all ? world.places : [...new Set([...touched, ...this.#sample(world.places)])];
    violations.push(...(await verifyPlaces(this.#client, places)));
    return { verified: sessions.length + places.length, violations };
  }

  #sample<T>(items: readonly T[]): T[] {
    return Array.from({ length: Math.min(olderPlaces, items.length) }, () => this.#random.pick(items)!);
  }
}
