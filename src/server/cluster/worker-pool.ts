import { withTimeout } from "../../base/async/timeout.ts";
import { baseLimits } from "../../base/limits.ts";
import { serverLimits } from "../limits.ts";
import type { Log } from "../../base/log.ts";
import { PeerGone } from "./rpc-peer.ts";
import type { WorkerConfig, WorkerCalls } from "./ipc-protocol.ts";
import { stuckAmong } from "./heartbeat.ts";
import { WorkerHandle, type CommonCalls, type SharedSessions } from "./worker-handle.ts";

interface WorkerPoolOptions {
  /** The command line that starts a worker. */
  readonly command: readonly string[];
  /** Makes the configuration of a worker that starts now. */
  readonly configOf: (number: number) => WorkerConfig;
  readonly common: CommonCalls;
  readonly sessions: SharedSessions;
  readonly log: Log;
  /** Called before an exited worker is replaced. */
  readonly lost: (number: number) => void;
}

/** `WorkerPool` manages the workers. It restarts a worker that exits without a request to stop. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  /** The started workers, by their numbers. */
  readonly #members = new Map<number, WorkerHandle>();
  readonly #places: Promise<void>[] = [];
  readonly #stopping = Promise.withResolvers<void>();
  #stopped = false;
  #count = 0;
  #kills = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get members(): ReadonlyMap<number, WorkerHandle> {
    return this.#members;
  }

  /** The number of workers that were killed because they did not answer. */
  get kills(): number {
    return this.#kills;
  }

  /** Starts `count` workers. Throws if one cannot start, or if none is alive to listen; then no worker is left. */
  async start(count: number): Promise<void> {
    this.#count = count;
    this.#timer = setInterval(() => this.#beat(), serverLimits.workerBeatMs);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const started = await Promise.allSettled(numbers.map((number) => this.#startOne(number)));
    const failed = started.filter((one) => one.status === "rejected");
    // A worker that was killed before it listened is replaced like any other.
    const reason = failed.find((one) => failed.length === count || !(one.reason instanceof PeerGone));
    if (reason) {
      await this.stop();
      throw reason.reason;
    }
    for (const number of numbers) this.#places.push(this.#fill(number));
  }

  /** Calls a method of each worker. Each worker receives these calls in order. */
  notify<Name extends keyof WorkerCalls>(name: Name, ...parameters: Parameters<WorkerCalls[Name]>): void {
    for (const { peer } of this.#members.values()) peer.notify(name, ...parameters);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#stopping.resolve();
    await Promise.all([...this.#members.values()].map(endOne));
    await Promise.all(this.#places);
  }

  async #startOne(number: number): Promise<WorkerHandle> {
    const { command, common, sessions, configOf, log } = this.#options;
    const member = new WorkerHandle(command, common, sessions);
    // The worker is in the list from now on, so that it misses no notification.
    this.#members.set(number, member);
    void member.ended.then(() => this.#members.get(number) === member && this.#members.delete(number));
    try {
      await member.peer.call("start", configOf(number));
      member.listening = true;
      log.event("worker started", { worker: number, pid: member.pid });
      return member;
    } catch (error) {
      member.kill();
      await member.ended;
      throw error;
    }
  }

  get #anyListens(): boolean {
    return this.#members.values().some(({ listening }) => listening);
  }

  /**
   * Keeps a place filled. A worker that has listened is replaced at once. After failed starts, the pauses become
   * longer.
   */
  async #fill(number: number): Promise<void> {
    let member = this.#members.get(number);
    let failedStarts = member ? 0 : 1;
    while (!this.#stopped) {
      if (member) await this.#watch(number, member);
      if (this.#stopped) return;
      await withTimeout(restartPauseMs(failedStarts, this.#anyListens), this.#stopping.promise);
      member = this.#stopped ? undefined : await this.#startAgain(number);
      failedStarts = member ? 0 : failedStarts + 1;
    }
  }

  /** Sends a heartbeat to each worker and kills those that are stuck. Their places are then filled as usual. */
  #beat(): void {
    for (const { heartbeat } of this.#members.values()) heartbeat.beat();
    const stuck = new Set(stuckAmong(this.#count, [...this.#members.values()]));
    for (const [number, member] of this.#members) if (stuck.has(member)) this.#killStuck(number, member);
  }

  #killStuck(number: number, member: WorkerHandle): void {
    if (member.killed) return;
    const { pid, heartbeat } = member;
    const silentSeconds = (heartbeat.missed * serverLimits.workerBeatMs) / 1000;
    this.#options.log.event("worker does not answer and is killed", { worker: number, pid, silentSeconds }, "error");
    this.#kills += 1;
    member.kill();
  }

  async #watch(number: number, member: WorkerHandle): Promise<void> {
    const ending = await member.ended;
    if (this.#stopped) return;
    this.#options.log.event("worker exited and is replaced", { worker: number, pid: member.pid, ...ending }, "error");
    this.#options.lost(number);
  }

  async #startAgain(number: number): Promise<WorkerHandle | undefined> {
    try {
      return await this.#startOne(number);
    } catch (error) {
      if (!this.#stopped) {
        this.#options.log.event("worker could not start", { worker: number, error: (error as Error).message }, "error");
      }
      return undefined;
    }
  }
}

/**
 * The pause before the next start at a place, by the number of consecutive failed starts. While no other worker
 * listens, every second of it is an outage.
 */
export function restartPauseMs(failedStarts: number, anyListens: boolean): number {
  const most = anyListens ? serverLimits.workerRestartMostMs : serverLimits.workerRestartMostAloneMs;
  return Math.min(serverLimits.workerRestartLeastMs * 2 ** failedStarts, most);
}

/**
 * Ends a worker. It gets time for its requests, and then to save upload sessions. A worker that takes longer is stuck
 * and is killed.
 */
async function endOne(member: WorkerHandle): Promise<void> {
  const patienceMs = serverLimits.drainMs + serverLimits.settleMs + baseLimits.workerEndMs;
  const stopped = member.peer.call("stop").catch(() => undefined);
  if (await withTimeout(patienceMs, Promise.race([stopped, member.ended]))) {
    member.disconnect();
    if (await withTimeout(baseLimits.workerEndMs, member.ended)) return;
  }
  member.kill();
  await member.ended;
}
