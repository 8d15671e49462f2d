import { expect, test } from "bun:test";
import { Metrics, type Gauge } from "../../http/observe/metrics.ts";
import { MachineMetrics } from "./machine-metrics.ts";

const gauges = (number: number): Gauge[] => [
  { name: "held", help: "Summed.", read: () => number },
  { name: "stall", help: "The longest.", across: "max", read: () => number },
  { name: "memory", help: "Of each.", labels: `process="${number}"`, read: () => number },
];

function worker(number: number, requests: number) {
  const metrics = new Metrics(gauges(number));
  for (let count = 0; count < requests; count += 1) {
    metrics.finished({ id: "", method: "GET", path: "/v2/", row: "base-get", status: 200, headersMs: 2 });
  }
  return { peer: { call: async () => metrics.sample() } };
}

const fleetOf = (...members: [number, ReturnType<typeof worker>][]) => ({ members: new Map(members) }) as never;

test("counts and gauges are summed, stalls are the maximum, and labelled values stay separate", async () => {
  const machine = new MachineMetrics(new Metrics(gauges(5)));
  const text = await machine.expose(fleetOf([1, worker(1, 10)], [2, worker(2, 20)]));
  const request = 'lading_request_duration_seconds_count{operation="base-get",status="200"}';
  for (const line of [`${request} 30`, "held 8", "stall 5", 'memory{process="1"} 1', 'memory{process="5"} 5']) {
    expect(text).toContain(`\n${line}\n`);
  }
  expect(text).toContain('le="0.001"} 0\n');
  expect(text).toContain('le="0.005"} 30\n');
  // The format requires one such line for each name.
  expect(text.match(/^# TYPE memory gauge$/gm)).toHaveLength(1);
});

test("counters of a worker that has exited still count, and its gauges do not", async () => {
  const machine = new MachineMetrics(new Metrics());
  const [first, second] = [worker(1, 10), worker(2, 20)];
  await machine.expose(fleetOf([1, first], [2, second]));
  machine.lost(1);
  expect(machine.losses).toBe(1);
  const text = await machine.expose(fleetOf([1, worker(1, 3)], [2, second]));
  expect(text).toContain('_count{operation="base-get",status="200"} 33\n');
  expect(text).toContain("\nheld 3\n");
});
