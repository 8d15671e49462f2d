import { atMost } from "../base/at-most.ts";
import { limits } from "../base/limits.ts";
import type { Log } from "../base/log.ts";
import type { Orders, WorkerCalls } from "./calls.ts";
import { Member, type CommonCalls, type SharedSessions } from "./member.ts";

interface FleetOptions {
  /** What a worker that starts now has to do. */
  readonly orders: (number: number) => Orders;
  readonly common: CommonCalls;
  readonly sessions: SharedSessions;
  readonly log: Log;
  /** Told before the place of a worker that has ended is filled again. */
  readonly lost: (number: number) => void;
}

/** The workers. One that ends without being asked to is started again. */
export class Fleet {
  readonly #options: FleetOptions;
  /** Those that have started, by their numbers. */
  readonly #members = new Map<number, Member>();
  readonly #places: Promise<void>[] = [];
  readonly #stopping = Promise.withResolvers<void>();
  #stopped = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get members(): ReadonlyMap<number, Member> {
    return this.#members;
  }

  /** Starts so many of them; throws where one cannot start, and then none is left. */
  async start(count: number): Promise<void> {
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const started = await Promise.allSettled(numbers.map((number) => this.#startOne(number)));
    const failed = started.find((one) => one.status === "rejected");
    if (failed) {
      await this.stop();
      throw failed.reason;
    }
    for (const number of numbers) this.#places.push(this.#fill(number));
  }

  /** The same to each, in the order in which each is told things. */
  tell<Name extends keyof WorkerCalls>(name: Name, ...parameters: Parameters<WorkerCalls[Name]>): void {
    for (const { peer } of this.#members.values()) peer.tell(name, ...parameters);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.resolve();
    await Promise.all([...this.#members.values()].map(endOne));
    await Promise.all(this.#places);
  }

  async #startOne(number: number): Promise<Member> {
    const { common, sessions, orders, log } = this.#options;
    const member = new Member(common, sessions);
    // From now on, so that nothing that all are told is missed.
    this.#members.set(number, member);
    void member.ended.then(() => this.#members.get(number) === member && this.#members.delete(number));
    try {
      await member.peer.ask("start", orders(number));
      log.event("worker started", { worker: number, pid: member.pid });
      return member;
    } catch (error) {
      member.kill();
      await member.ended;
      throw error;
    }
  }

  /** Keeps a worker in its place; one that ends again and again is started ever more slowly. */
  async #fill(number: number): Promise<void> {
    let member = this.#members.get(number);
    let pauseMs: number = limits.workerRestartLeastMs;
    while (!this.#stopped) {
      const began = performance.now();
      if (member) await this.#watch(number, member);
      if (this.#stopped) return;
      if (performance.now() - began > limits.workerSoonMs) pauseMs = limits.workerRestartLeastMs;
      await atMost(pauseMs, this.#stopping.promise);
      pauseMs = Math.min(2 * pauseMs, limits.workerRestartMostMs);
      member = this.#stopped ? undefined : await this.#startAgain(number);
    }
  }

  async #watch(number: number, member: Member): Promise<void> {
    const ending = await member.ended;
    if (this.#stopped) return;
    this.#options.log.event(
      "worker ended, another takes its place",
      { worker: number, pid: member.pid, ...ending },
      "error",
    );
    this.#options.lost(number);
  }

  async #startAgain(number: number): Promise<Member | undefined> {
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

/** Requests get their time, and then what arrived of uploads; a worker that takes longer is stuck. */
async function endOne(member: Member): Promise<void> {
  const patienceMs = limits.drainMs + limits.settleMs + limits.workerEndMs;
  const stopped = member.peer.ask("stop").catch(() => undefined);
  if (await atMost(patienceMs, Promise.race([stopped, member.ended]))) {
    member.disconnect();
    if (await atMost(limits.workerEndMs, member.ended)) return;
  }
  member.kill();
  await member.ended;
}
