/** Checks that each line of docs/seeds.md names an existing implementation and existing tests. */
import { expect, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { sections } from "../coverage/clauses.ts";
import { readTestNames, wordsOf } from "../coverage/test-names.ts";
import { faultsOf } from "./faults.ts";
import { seeds } from "./seeds.ts";

const divergences = new URL("../../docs/divergences.md", import.meta.url);

test("every line of the five texts names an implementation and a test", async () => {
  const known = {
    clauses: new Set(sections.flatMap((section) => section.clauses).map(({ id }) => id)),
    rows: new Set(rows.map(({ id }) => id)),
    names: readTestNames(),
    divergences: await Bun.file(divergences).text(),
  };
  expect(seeds).toHaveLength(5);
  expect(faultsOf(seeds, known)).toEqual([]);
});

test("each error in a line is found", () => {
  const known = {
    clauses: new Set(["AA-01", "BB-01"]),
    rows: new Set(["blob-get"]),
    names: new Map([["a.test.ts", wordsOf('test("AA-01 is tested", …)')]]),
    divergences: "- **One thing** is another.",
  };
  const lines = [
    {
      entry: "right",
      rows: ["blob-get" as const],
      modules: ["src/server/compose.ts"],
      divergence: "One thing",
      shown: ["AA-01"],
    },
    { entry: "empty", shown: [] },
    {
      entry: "lost",
      rows: ["blob-head" as const],
      modules: ["src/no.ts"],
      divergence: "Two",
      shown: ["BB-01", "CC-01"],
    },
  ];
  expect(faultsOf([{ title: "T", about: "", lines }], known)).toEqual([
    "T: empty is done by nothing",
    "T: empty is shown by nothing",
    "T: lost names blob-head, which is no row",
    "T: lost names src/no.ts, which is not there",
    "T: lost names the divergence Two, which is not there",
    "T: lost names BB-01, which has no test",
    "T: lost names CC-01, which is no clause",
  ]);
});
