import { generatedFrom, markdownTable } from "../../src/api/documents/markdown.ts";
import type { Clause, Section } from "./clause.ts";
import { sections } from "./clauses.ts";
import { filesNaming, readTestNames, type NamesByFile } from "./test-names.ts";

/** What Lading is held to, and by which tests. */
export function coverageDocument(): string {
  const names = readTestNames();
  const clauses = sections.flatMap((section) => section.clauses);
  const refused = clauses.filter(({ declined }) => declined !== undefined);
  return [
    generatedFrom("the lists in test/coverage/clauses and the names of the tests"),
    "# Coverage",
    "Everything that Lading is held to: the clauses of the OCI Distribution Specification (its main branch) that concern registries, the Docker Registry HTTP API V2, what clients and conformance suites rely on, and what went wrong in other registries. The tests of a clause have its id in their names; a clause without one says why.",
    `${clauses.length} clauses: ${clauses.length - refused.length} with tests, ${refused.length} declined ([divergences.md](divergences.md)).`,
    "`de facto` is what no text asks for, but clients fail without; `legacy` is of the protocol's first years; `own` is what Lading asks of itself. A clause without uses of the API is about any of them.",
    ...sections.map((section) => sectionText(section, names)),
    "",
  ].join("\n\n");
}

function sectionText({ title, clauses }: Section, names: NamesByFile): string {
  const lines = clauses.map((clause) => [
    clause.id,
    clause.statement,
    clause.level,
    clause.source,
    clause.rows.map((row) => `[${row}](api.md#${row})`).join(", "),
    answerOf(clause, names),
  ]);
  return `## ${title}\n\n${markdownTable(["Clause", "Statement", "Level", "Source", "Uses", "Tests"], lines)}`;
}

function answerOf({ id, declined }: Clause, names: NamesByFile): string {
  if (declined !== undefined) return `declined: ${declined}`;
  return filesNaming(id, names)
    .map((path) => `[${path.slice(path.lastIndexOf("/") + 1)}](../${path})`)
    .join(", ");
}
