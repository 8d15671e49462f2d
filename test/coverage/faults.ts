import type { Row } from "../../src/api/describe.ts";
import type { Clause } from "./clause.ts";
import { filesNaming, idsIn, type NamesByFile } from "./test-names.ts";

/** Returns the errors in the list of clauses, one sentence each. */
export function faultsOf(
  clauses: readonly Clause[],
  rows: readonly Row[],
  names: NamesByFile,
  divergences: string,
): string[] {
  return [
    ...clauses.flatMap((clause) => faultsOfOne(clause, rows, names, divergences)),
    ...gapsOf(clauses, rows, names),
  ];
}

function faultsOfOne(
  { id, declined, rows: wanted }: Clause,
  rows: readonly Row[],
  names: NamesByFile,
  divergences: string,
): string[] {
  const faults: string[] = [];
  const files = filesNaming(id, names);
  if (declined === undefined && files.length === 0) faults.push(`${id} has neither a test with its name nor a reason`);
  if (declined !== undefined && files.length > 0)
    faults.push(`${id} is declined, but has tests in ${files.join(", ")}`);
  if (declined !== undefined && !divergences.split(/[^\w#-]+/).includes(id))
    faults.push(`${id} is declined, but not among the divergences`);
  for (const row of wanted)
    if (!rows.some((one) => one.id === row)) faults.push(`${id} names ${row}, which is not a row`);
  return faults;
}

/** Returns the gaps and the duplicates of the list. */
function gapsOf(clauses: readonly Clause[], rows: readonly Row[], names: NamesByFile): string[] {
  const covered = new Set<string>(clauses.flatMap((clause) => clause.rows));
  const ids = new Set(clauses.map(({ id }) => id));
  return [
    // A derived HEAD has the clauses of its GET.
    ...rows
      .filter(({ id, headOf }) => headOf === undefined && !covered.has(id))
      .map(({ id }) => `the row ${id} belongs to no clause`),
    ...[...idsIn(names)].filter(([id]) => !ids.has(id)).map(([id, path]) => `${id} in ${path} is not a clause`),
    ...(ids.size === clauses.length ? [] : ["an id occurs twice"]),
  ];
}
