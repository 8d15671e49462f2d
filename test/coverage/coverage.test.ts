import { expect, test } from "bun:test";
import { rows } from "../../src/api/table.ts";
import { about, declined, type RowId } from "./clause.ts";
import { sections } from "./clauses.ts";
import { faultsOf } from "./faults.ts";
import { readTestNames, wordsOf } from "./test-names.ts";

const divergences = new URL("../../docs/divergences.md", import.meta.url);

test("every clause has a test or an entry in divergences.md, and every row belongs to a clause", async () => {
  const clauses = sections.flatMap((section) => section.clauses);
  expect(faultsOf(clauses, rows, readTestNames(), await Bun.file(divergences).text())).toEqual([]);
});

test("each error in the list of clauses is found", () => {
  const names = new Map([
    ["a.test.ts", wordsOf('test("AA-01 BB-01 CC-01", …)')],
    ["b.test.ts", wordsOf('// of DD-01\ntest("BB-01x", …)')],
  ]);
  const clauses = [
    ...about("somebody", ["blob-get"], { "AA-01 must": "tested" }),
    ...about("somebody", ["nothing" as RowId], { "DD-01 must": "only in a comment", "AA-01 may": "said twice" }),
    ...declined("because", "somebody", [], { "BB-01 must": "declined, and tested", "EE-01 may": "declined" }),
  ];
  const table = rows.filter(({ id }) => id === "blob-get" || id === "blob-head");
  expect(faultsOf(clauses, table, names, "- **EE-01** is not there.")).toEqual([
    "DD-01 has neither a test with its name nor a reason",
    "DD-01 names nothing, which is not a row",
    "AA-01 names nothing, which is not a row",
    "BB-01 is declined, but has tests in a.test.ts",
    "BB-01 is declined, but not among the divergences",
    "the row blob-head belongs to no clause",
    "CC-01 in a.test.ts is not a clause",
    "an id occurs twice",
  ]);
});
