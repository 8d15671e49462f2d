/** Splits facts into entries. Each entry is one requirement that a row meets or does not meet. */
import type { Row } from "../../src/api/describe.ts";
import { catalogue } from "../../src/oci/errors.ts";
import type { CodeFact, RouteFact, UseFact } from "./fact.ts";
import { partsOf, says, shownByCode } from "./parts.ts";

export interface Entry {
  readonly name: string;
  readonly isHeldBy: (row: Row) => boolean;
  /** Whether a row of today is one of those that the entry is about. */
  readonly isAbout: (row: Row) => boolean;
  readonly shown: readonly string[];
}

export function entriesOfRoute({ name, path, uses }: RouteFact): Entry[] {
  const isAbout = ({ route }: Row) => route?.today === name;
  const shape = shapeOf(path);
  return [
    { name: `${name}: ${path}`, isHeldBy: (row) => shapeOf(row.path) === shape, isAbout, shown: uses[0]!.shown },
    ...uses.flatMap((use) => entriesOfUse(name, use, isAbout)),
  ];
}

export function entriesOfCode({ code, statuses }: CodeFact): Entry[] {
  const shown = shownByCode(code);
  const all = statuses.length > 0 ? statuses : [undefined];
  return all.map((status) => ({
    name: `code ${code}${status === undefined ? "" : `, ${status}`}`,
    isHeldBy: (row) => says(row, code, status) || (code === "UNKNOWN" && catalogue.INTERNAL.code === code),
    isAbout: ({ dialect }) => dialect === undefined,
    shown,
  }));
}

function entriesOfUse(route: string, use: UseFact, isOfRoute: (row: Row) => boolean): Entry[] {
  const title = `${use.method} ${route}${use.name === undefined ? "" : ` ${use.name}`}`;
  const isAbout = (row: Row) =>
    isOfRoute(row) && row.method === use.method && (!use.when || String(row.when ?? []) === String(use.when));
  return [{ name: "", isHeldBy: () => true }, ...partsOf(use)].map(({ name, isHeldBy, shown = use.shown }) => ({
    name: name === "" ? title : `${title}: ${name}`,
    isHeldBy,
    isAbout,
    shown,
  }));
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "{}");
}
