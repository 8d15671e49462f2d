import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { freePort } from "../clients/registry.ts";
import type { Report } from "../streaming/report.ts";
import type { Place } from "./place.ts";

/** The time after which a registry without requests is idle. */
const idleMs = 2_000;
const pollMs = 1;
/** By how much the executable may be slower or larger than the source. The differences between two runs are as large. */
const tolerance = 1.1;

interface Figures {
  readonly startMs: number;
  readonly idleBytes: number;
}

/** Compares size, start and memory of the executable with those of the source. Both run alternately. */
export async function measure(report: Report, place: Place, rounds: number): Promise<void> {
  for (const workers of [1, 2]) {
    await report.test(`start and idle memory with workers ${workers}, compared with the source`, async () => {
      const source = new Contender(place.source, place.folder(), workers);
      const executable = new Contender([place.executable], place.folder(), workers);
      for (let round = 0; round < rounds; round += 1) {
        for (const contender of [source, executable]) await contender.measure();
      }
      return compare(source.best, executable.best);
    });
  }
  await report.test("size", async () => {
    const [executable, runtime] = [place.executable, place.source[0]!].map((path) => statSync(path).size / 1e6);
    return `${executable!.toFixed(1)} MB, of which the runtime is ${runtime!.toFixed(1)} MB`;
  });
}

function compare(source: Figures, executable: Figures): string {
  const text = [
    `first reply after ${Math.round(executable.startMs)} ms (source: ${Math.round(source.startMs)} ms)`,
    `idle memory ${megabytes(executable)} MB (source: ${megabytes(source)} MB)`,
  ].join(", ");
  const worse = (["startMs", "idleBytes"] as const).filter((name) => executable[name] > source[name] * tolerance);
  if (worse.length > 0) throw new Error(`${text}; more than ${tolerance} times the source`);
  return text;
}

function megabytes({ idleBytes }: Figures): string {
  return (idleBytes / 1e6).toFixed(1);
}

/** One way to run Lading. Its starts use the same data. */
class Contender {
  readonly #command: readonly string[];
  readonly #flags: readonly string[];
  readonly #figures: Figures[] = [];

  constructor(command: readonly string[], data: string, workers: number) {
    this.#command = command;
    this.#flags = ["--data", data, "--workers", String(workers)];
  }

  /** The lowest figures: other load of the machine only makes them higher. */
  get best(): Figures {
    return {
      startMs: Math.min(...this.#figures.map(({ startMs }) => startMs)),
      idleBytes: Math.min(...this.#figures.map(({ idleBytes }) => idleBytes)),
    };
  }

  async measure(): Promise<void> {
    this.#figures.push(await runOnce([...this.#command, "serve", ...this.#flags]));
  }
}

async function runOnce(command: readonly string[]): Promise<Figures> {
  const port = await freePort();
  const began = performance.now();
  const child = Bun.spawn([...command, "--listen", `127.0.0.1:${port}`], {
    cwd: "/",
    stdout: "ignore",
    stderr: "ignore",
  });
  try {
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode} at the start`);
      await Bun.sleep(pollMs);
    }
    const startMs = performance.now() - began;
    await Bun.sleep(idleMs);
    const pids = [child.pid, ...childrenOf(child.pid)];
    return { startMs, idleBytes: pids.reduce((sum, pid) => sum + proportionalBytes(pid), 0) };
  } finally {
    child.kill();
    await child.exited;
  }
}

/** Whether a request gets a response. */
function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: "127.0.0.1", port });
  socket.once("data", () => resolve(true));
  socket.on("error", () => undefined);
  socket.once("close", () => resolve(false));
  socket.write("GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  return promise;
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

/** The memory of a process, where a page that several processes share counts in parts (PSS). */
function proportionalBytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))![1]) * 1024;
}
