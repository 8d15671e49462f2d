/** A registry with several workers that share one port, with a separate address for each worker. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { startProcess, withDirectory, type RunningProcess } from "./process.ts";
import { until } from "./until.ts";

/** One worker of a registry. */
export interface OneWorker {
  readonly number: number;
  /** All connections to this address reach this worker. */
  readonly url: string;
}

/** A registry with several workers. */
export interface WorkersRegistry {
  readonly process: RunningProcess;
  readonly data: string;
  /** The shared address, where the system chooses a worker for each connection. */
  readonly url: string;
  readonly workers: readonly OneWorker[];
  /** The process id of the current or last worker with this number. */
  pidOf(worker: OneWorker): number;
  /** The complete lines of the log. */
  lines(): readonly Readonly<Record<string, unknown>>[];
}

/** Runs the work with a registry of `count` workers, and stops it. */
export function withWorkers(
  count: number,
  work: (registry: WorkersRegistry) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  return withDirectory(async (path) => {
    const data = join(path, "data");
    const process = await startWorkers(count, data, flags);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    await until(() => numbers.every((number) => pidsOf(process, number).length > 0));
    const doors = await Promise.all(numbers.map((number) => Door.open(process, number)));
    try {
      await work({
        process,
        data,
        url: process.url,
        workers: doors,
        pidOf: ({ number }) => pidsOf(process, number).at(-1)!,
        lines: () => linesOf(process),
      });
    } finally {
      for (const door of doors) door.close();
    }
  });
}

/** Starts a registry with `count` workers. */
export function startWorkers(count: number, data: string, flags: readonly string[] = []): Promise<RunningProcess> {
  return startProcess(["--listen", "127.0.0.1:0", "--data", data, "--workers", String(count), ...flags]);
}

/** The complete lines of the log of a process. */
export function linesOf(process: RunningProcess): Readonly<Record<string, unknown>>[] {
  const whole = process.log().split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The ids of all processes that have had this number, in order. */
export function pidsOf(process: RunningProcess, number: number): number[] {
  const started = linesOf(process).filter(({ message, worker }) => message === "worker started" && worker === number);
  return started.map(({ pid }) => pid as number);
}

/** The worker that answered a request with this user agent; undefined while the log does not show it. */
function workerOf(process: RunningProcess, userAgent: string): number | undefined {
  const log = process.log();
  const at = log.lastIndexOf(`"${userAgent}"`);
  const end = log.indexOf("\n", at);
  if (at < 0 || end < 0) return undefined;
  return (JSON.parse(log.slice(log.lastIndexOf("\n", at) + 1, end)) as { worker: number }).worker;
}

/** The number of connections that are opened at once to find one that reaches the right worker. */
const triedAtOnce = 6;

/** A separate port for one worker. It forwards each connection over one that reaches this worker. */
class Door implements OneWorker {
  readonly number: number;
  url = "";
  readonly #process: RunningProcess;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #found: Socket[] = [];

  private constructor(process: RunningProcess, number: number) {
    this.#process = process;
    this.number = number;
    this.#server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => void this.#passOn(client));
  }

  static async open(process: RunningProcess, number: number): Promise<Door> {
    const door = new Door(process, number);
    await new Promise<void>((resolve) => door.#server.listen(0, "127.0.0.1", resolve));
    door.url = `http://127.0.0.1:${(door.#server.address() as AddressInfo).port}`;
    return door;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #passOn(client: Socket): Promise<void> {
    this.#keep(client);
    const worker = await this.#connection().catch(() => undefined);
    if (!worker || client.destroyed) {
      client.destroy();
      return;
    }
    client.on("close", () => worker.destroy());
    worker.on("close", () => client.destroy());
    worker.on("data", (bytes: Buffer) => client.write(bytes));
    client.on("data", (bytes: Buffer) => worker.write(bytes));
    worker.on("end", () => client.end());
    client.resume();
  }

  async #connection(): Promise<Socket> {
    for (let searches = 0; searches < 100; searches += 1) {
      const socket = this.#found.pop();
      if (socket && !socket.destroyed) return socket;
      if (!socket) await Promise.all(Array.from({ length: triedAtOnce }, () => this.#search()));
    }
    throw new Error(`no connection ends at worker ${this.number}`);
  }

  /** Opens a connection. The log shows which worker has answered on it. */
  async #search(): Promise<void> {
    const socket = this.#keep(
      connect({ port: Number(new URL(this.#process.url).port), host: "127.0.0.1", noDelay: true }),
    );
    const name = `door/${crypto.randomUUID()}`;
    const answered = new Promise<boolean>((resolve) => {
      socket.once("data", () => resolve(true));
      socket.once("close", () => resolve(false));
    });
    socket.write(`GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: ${name}\r\n\r\n`);
    if (!(await answered)) return;
    let worker: number | undefined;
    // A killed worker loses its connections, and the last lines of its log.
    await until(() => {
      worker = workerOf(this.#process, name);
      return worker !== undefined || socket.destroyed;
    });
    if (worker === this.number) this.#found.push(socket);
    else socket.destroy();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
