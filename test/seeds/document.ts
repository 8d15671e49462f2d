import { code, generatedFrom, markdownTable } from "../../src/api/documents/markdown.ts";
import { filesNaming, readTestNames, type NamesByFile } from "../coverage/test-names.ts";
import type { Line, Seed } from "./fact.ts";
import { seeds } from "./seeds.ts";

/** Returns the page of the requirements of 2014 with their implementation and their tests. */
export function seedsDocument(): string {
  const names = readTestNames();
  return [
    generatedFrom("the lists in test/seeds/facts and the names of the tests"),
    "# Compatibility with the original 2014 Registry API",
    "Lading started from five texts of 2014, in which the Docker Registry HTTP API V2 took shape. The tables list each requirement of these texts, with the API operation or the module that implements it and the tests that cover it. If Lading no longer meets a requirement, the entry links to [divergences.md](divergences.md), and its tests show the current behaviour.",
    ...seeds.map((seed) => seedText(seed, names)),
    "",
  ].join("\n\n");
}

function seedText({ title, about, lines }: Seed, names: NamesByFile): string {
  const table = lines.map((line) => [line.entry, doneBy(line), shownBy(line, names)]);
  return `## ${title}\n\n${about}\n\n${markdownTable(["Requirement", "Implemented by", "Tested by"], table)}`;
}

function doneBy({ rows = [], modules = [], divergence }: Line): string {
  return [
    ...rows.map((row) => `[${row}](api.md#${row})`),
    ...modules.map((path) => `[${path}](../${path})`),
    ...(divergence === undefined ? [] : [`[divergences](divergences.md): ${divergence}`]),
  ].join(", ");
}

function shownBy({ shown }: Line, names: NamesByFile): string {
  return shown.map((id) => `${code(id)} (${filesNaming(id, names).map(linkTo).join(", ")})`).join(", ");
}

function linkTo(path: string): string {
  return `[${path.slice(path.lastIndexOf("/") + 1)}](../${path})`;
}
