import { expect, test } from "bun:test";
import type { Bench, Comparison, Participant } from "./comparison.ts";
import { compare } from "./rounds.ts";

let swept = 0;
const bench = { scale: {}, places: { sweep: () => (swept += 1) } } as unknown as Bench;

/** Participants that record their calls. B fails in its second turn, and C cannot be started. */
async function run(rounds: number, more: Partial<Comparison> = {}) {
  const calls: string[] = [];
  const participant = (name: string): Participant => ({
    name,
    role: name === "A" ? "lading" : "peer",
    async start() {
      if (name === "C") throw new Error("C cannot be started");
      return {
        async measure() {
          calls.push(name);
          if (name === "B" && calls.length > 3) throw new Error("B broke");
          return calls.length;
        },
        end: async () => void calls.push(`end ${name}`),
      };
    },
  });
  const comparison: Comparison = {
    name: "x",
    title: () => "X",
    unit: "per s",
    bars: [],
    rounds: 3,
    participants: () => ["A", "B", "C"].map(participant),
    ...more,
  };
  let locks = 0;
  const alone = <T>(work: () => Promise<T>) => {
    locks += 1;
    return work();
  };
  const result = await compare(comparison, bench, { rounds, commit: "c", say: () => {}, alone });
  return { calls, locks, series: result.series };
}

test("participants take turns; one that fails is left out, and the others continue", async () => {
  const { calls, locks, series } = await run(9);
  expect(calls).toEqual(["A", "B", "A", "B", "A", "end A", "end B"]);
  expect([locks, swept]).toEqual([3, 1]);
  expect(series).toEqual([
    { name: "A", role: "lading", values: [1, 3, 5] },
    { name: "B", role: "peer", values: [2], problem: "B broke" },
    { name: "C", role: "peer", values: [], problem: "C cannot be started" },
  ]);
});

test("a smaller number of rounds of the run is used", async () => {
  expect((await run(1)).calls).toEqual(["A", "B", "end A", "end B"]);
});

test("a turn for warming up is not part of the figures", async () => {
  const { calls, series } = await run(2, { warmUp: true });
  expect(calls.slice(0, 4)).toEqual(["A", "B", "A", "B"]);
  expect(series[0]!.values).toEqual([3, 5]);
});
