import type { Place } from "../../base/async/fair-queue.ts";
import type { Calls } from "./rpc-peer.ts";
import { RpcPeer } from "./rpc-peer.ts";
import type { Locking, SupervisorCalls, WorkerCalls } from "./ipc-protocol.ts";
import { Heartbeat, type Watched } from "./heartbeat.ts";
import type { Primary } from "../primary.ts";
import { workerCommand } from "./worker.ts";

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | number | null;
}

/** What every worker may ask; its locks, and its places in the queue, are its own. */
export type CommonCalls = Omit<SupervisorCalls, "lock" | "unlock" | "handover" | "enterTarsums" | "leaveTarsums">;

/** What all of them write to, and wait for. */
export type SharedSessions = Pick<Primary, "locks" | "pendingUpload" | "tarsums">;

/** A worker, as its supervisor sees it. */
export class WorkerHandle implements Watched {
  readonly peer: RpcPeer<WorkerCalls>;
  /** Resolves when the process is gone, and what it held is given back. */
  readonly ended: Promise<Ending>;
  readonly heartbeat = new Heartbeat(() => this.peer.call("beat"));
  /** It has said that it listens. */
  listening = false;
  killed = false;
  readonly #child: Bun.Subprocess;
  readonly #sessions: SharedSessions;
  readonly #held = new Map<string, () => void>();
  readonly #places = new Map<number, Place>();
  #gone = false;

  constructor(common: CommonCalls, sessions: SharedSessions) {
    this.#sessions = sessions;
    this.#child = Bun.spawn([process.execPath, ...process.execArgv, ...program(), workerCommand], {
      // What it prints can only be about its own death; the log goes through here.
      stdio: ["ignore", "ignore", "inherit"],
      serialization: "advanced",
      ipc: (batch: readonly unknown[]) => this.peer.receive(batch),
    });
    const answers: SupervisorCalls & Calls = {
      ...common,
      lock: (id) => this.#lock(id),
      unlock: async (id) => this.#unlock(id),
      handover: (id) => sessions.locks.handover(id),
      enterTarsums: (id, client) => this.#enterTarsums(id, client),
      leaveTarsums: async (id) => this.#leaveTarsums(id),
    };
    this.peer = new RpcPeer<WorkerCalls>(answers, (batch) => this.#send(batch));
    this.ended = this.#child.exited.then(() => this.#leave());
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** It ends as soon as it has seen that. */
  disconnect(): void {
    if (!this.#gone) this.#child.disconnect();
  }

  kill(): void {
    this.killed = true;
    this.#child.kill("SIGKILL");
  }

  /** Nothing reaches one that is ending, whose end is yet to be heard of. */
  #send(batch: readonly unknown[]): void {
    try {
      this.#child.send(batch);
    } catch (error) {
      this.peer.close((error as Error).message);
    }
  }

  /** Only now is it certain that it writes to no session any more. */
  #leave(): Ending {
    this.#gone = true;
    for (const unlock of this.#held.values()) unlock();
    this.#held.clear();
    for (const place of this.#places.values()) place.leave();
    this.#places.clear();
    const { exitCode: code, signalCode: signal } = this.#child;
    this.peer.close("the worker has ended");
    return { code, signal };
  }

  async #lock(id: string): Promise<Locking> {
    const { locks, pendingUpload } = this.#sessions;
    const lock = await locks.lock(id);
    if (!lock) return { locked: false };
    if (this.#gone) lock.unlock();
    else this.#held.set(id, lock.unlock);
    return { locked: true, session: pendingUpload(id) };
  }

  #unlock(id: string): void {
    this.#held.get(id)?.();
    this.#held.delete(id);
  }

  #enterTarsums(id: number, client: string): Promise<boolean> {
    const place = this.#sessions.tarsums.enter(client);
    this.#places.set(id, place);
    return place.turn;
  }

  #leaveTarsums(id: number): void {
    this.#places.get(id)?.leave();
    this.#places.delete(id);
  }
}

/** What the runtime has to be told to run; an executable that is all in one knows it. */
function program(): string[] {
  return Bun.main.startsWith("/$bunfs/") ? [] : [Bun.main];
}
