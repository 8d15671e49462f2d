import type { Place } from "../../base/async/fair-queue.ts";
import type { Calls } from "./rpc-peer.ts";
import { RpcPeer } from "./rpc-peer.ts";
import type { Locking, SupervisorCalls, WorkerCalls } from "./ipc-protocol.ts";
import { Heartbeat, type Watched } from "./heartbeat.ts";
import type { Primary } from "../primary.ts";

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | number | null;
}

/** The calls that all workers share. The locks and queue places are separate for each worker. */
export type CommonCalls = Omit<SupervisorCalls, "lock" | "unlock" | "handover" | "enterTarsums" | "leaveTarsums">;

/** The parts of the primary that all workers use for upload sessions and tarsums. */
export type SharedSessions = Pick<Primary, "locks" | "pendingUpload" | "tarsums">;

/** `WorkerHandle` is a worker as its supervisor sees it. */
export class WorkerHandle implements Watched {
  readonly peer: RpcPeer<WorkerCalls>;
  /** Resolves when the process has exited and its locks are released. */
  readonly ended: Promise<Ending>;
  readonly heartbeat = new Heartbeat(() => this.peer.call("beat"));
  /** Whether the worker has reported that it listens. */
  listening = false;
  killed = false;
  readonly #child: Bun.Subprocess;
  readonly #sessions: SharedSessions;
  readonly #held = new Map<string, () => void>();
  readonly #places = new Map<number, Place>();
  #gone = false;

  constructor(command: readonly string[], common: CommonCalls, sessions: SharedSessions) {
    this.#sessions = sessions;
    this.#child = Bun.spawn([...command], {
      // Only a crash of the worker writes to stderr. The log goes through the supervisor.
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

  /** Closes the connection. The worker exits when it notices that. */
  disconnect(): void {
    if (!this.#gone) this.#child.disconnect();
  }

  kill(): void {
    this.killed = true;
    this.#child.kill("SIGKILL");
  }

  /** Sends a message. A worker that is exiting, but whose exit is not known yet, does not receive it. */
  #send(batch: readonly unknown[]): void {
    try {
      this.#child.send(batch);
    } catch (error) {
      this.peer.close((error as Error).message);
    }
  }

  /** Releases the locks. Only now is it certain that the worker writes to no upload session any more. */
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
