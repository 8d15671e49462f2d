import { existsSync } from "node:fs";
import { filesNaming, type NamesByFile } from "../coverage/test-names.ts";
import type { Line, Seed } from "./fact.ts";

const project = new URL("../../", import.meta.url);

export interface Known {
  readonly clauses: ReadonlySet<string>;
  readonly rows: ReadonlySet<string>;
  readonly names: NamesByFile;
  /** The text of docs/divergences.md. */
  readonly divergences: string;
}

/** Returns the errors in the lines, one sentence each: no implementation, no test, or a name that does not exist. */
export function faultsOf(seeds: readonly Seed[], known: Known): string[] {
  return seeds.flatMap(({ title, lines }) =>
    lines.flatMap((line) => faultsOfLine(`${title}: ${line.entry}`, line, known)),
  );
}

function faultsOfLine(what: string, { rows = [], modules = [], divergence, shown }: Line, known: Known): string[] {
  const faults: string[] = [];
  if (rows.length + modules.length === 0 && divergence === undefined) faults.push(`${what} is done by nothing`);
  if (shown.length === 0) faults.push(`${what} is shown by nothing`);
  for (const row of rows) if (!known.rows.has(row)) faults.push(`${what} names ${row}, which is no row`);
  for (const path of modules)
    if (!existsSync(new URL(path, project))) faults.push(`${what} names ${path}, which is not there`);
  if (divergence !== undefined && !known.divergences.includes(`- **${divergence}`))
    faults.push(`${what} names the divergence ${divergence}, which is not there`);
  for (const id of shown) {
    if (!known.clauses.has(id)) faults.push(`${what} names ${id}, which is no clause`);
    else if (filesNaming(id, known.names).length === 0) faults.push(`${what} names ${id}, which has no test`);
  }
  return faults;
}
