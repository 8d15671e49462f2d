/** Finds for each entry the rows that meet it, of today or of 2014, or the paragraph that says why none does. */
import type { Row } from "../../src/api/describe.ts";
import type { RowId } from "../coverage/clause.ts";
import type { Entry } from "./entries.ts";
import type { Exception, Line } from "./fact.ts";

export interface Answers {
  readonly lines: readonly Line[];
  /** The errors, one sentence each: entries that no row meets, and superfluous exceptions. */
  readonly faults: readonly string[];
}

export function answersTo(
  entries: readonly Entry[],
  exceptions: Readonly<Record<string, Exception>>,
  rows: readonly Row[],
): Answers {
  const lines: Line[] = [];
  const faults: string[] = [];
  const used = new Set<string>();
  for (const { name, isHeldBy, isAbout, shown } of entries) {
    const holding = rows.filter((row) => isAbout(row) && isHeldBy(row));
    const key = Object.keys(exceptions).find((one) => fits(one, name));
    if (key !== undefined) used.add(key);
    const exception = key === undefined ? undefined : exceptions[key]!;
    if (holding.length > 0) {
      if (exception) faults.push(`${name} is held by ${holding[0]!.id}, and an exception as well`);
      lines.push({ entry: name, rows: holding.slice(0, 3).map(({ id }) => id as RowId), shown });
    } else if (!exception) {
      faults.push(`${name} is held by no row`);
    } else if ("row" in exception) {
      const row = rows.find(({ id }) => id === exception.row);
      if (!row || !isHeldBy(row)) faults.push(`${name} is not held by ${exception.row} either`);
      lines.push({ entry: name, rows: [exception.row], shown: exception.shown });
    } else {
      lines.push({ entry: name, divergence: exception.divergence, shown: exception.shown });
    }
  }
  for (const key of Object.keys(exceptions)) if (!used.has(key)) faults.push(`${key} is an exception to nothing`);
  return { lines, faults };
}

function fits(key: string, name: string): boolean {
  return key.endsWith("*") ? name.startsWith(key.slice(0, -1)) : key === name;
}
