/** Workers that are stuck, and workers that only seem stuck. Each test waits as long as a worker may be silent. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { connect } from "node:net";
import { serverLimits } from "../../src/server/limits.ts";
import { patienceMs } from "../support/patience.ts";
import { until } from "../support/until.ts";
import { withWorkers } from "../support/workers.ts";

setDefaultTimeout(patienceMs);

/** The number of new connections that get a reply within a second. */
async function answered(url: string, count: number): Promise<number> {
  const { hostname, port } = new URL(url);
  const one = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on("error", () => undefined);
      socket.once("data", () => resolve(true));
      setTimeout(() => resolve(false), 1_000);
      socket.write("GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    });
  const replies = await Promise.all(Array.from({ length: count }, one));
  return replies.filter(Boolean).length;
}

test("M14, M16 stuck workers are killed and replaced one after the other, and the log contains it", () =>
  withWorkers(2, async (registry) => {
    const pids = registry.workers.map((worker) => registry.pidOf(worker));
    process.kill(pids[0]!, "SIGSTOP");
    expect(await answered(registry.url, 40)).toBeLessThan(40);
    process.kill(pids[1]!, "SIGSTOP");
    await until(() => registry.workers.every((worker, index) => registry.pidOf(worker) !== pids[index]), 40);
    expect(await answered(registry.url, 40)).toBe(40);
    expect(registry.lines()).toContainEqual(
      expect.objectContaining({ message: "worker does not answer and is killed", worker: 1, pid: pids[0] }),
    );
    expect(await (await fetch(`${registry.url}/metrics`)).text()).toContain("\nlading_worker_kills_total 2\n");
    const order = registry
      .lines()
      .map(({ message }) => String(message))
      .filter((message) => message.startsWith("worker "));
    // Two starts at the beginning. Each replacement listens before the next worker is killed.
    const kill = ["worker does not answer and is killed", "worker exited and is replaced", "worker started"];
    expect(order.slice(2)).toEqual([...kill, ...kill]);
  }));

test("M14 a suspended registry kills no worker when it continues, even if its supervisor was suspended longer", () =>
  withWorkers(2, async (registry) => {
    const pids = registry.workers.map((worker) => registry.pidOf(worker));
    const supervisor = registry.process.pid;
    const half = serverLimits.workerBeatMs * (serverLimits.workerSilentBeats / 2 + 1);
    for (const pid of [supervisor, ...pids]) process.kill(pid, "SIGSTOP");
    await Bun.sleep(half);
    for (const pid of pids) process.kill(pid, "SIGCONT");
    await Bun.sleep(half);
    process.kill(supervisor, "SIGCONT");
    await Bun.sleep(2 * serverLimits.workerBeatMs);
    expect(await answered(registry.url, 40)).toBe(40);
    expect(registry.workers.map((worker) => registry.pidOf(worker))).toEqual(pids);
    expect(await (await fetch(`${registry.url}/metrics`)).text()).toContain("\nlading_worker_kills_total 0\n");
  }));
