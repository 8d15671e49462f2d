import { generatedFrom, markdownTable } from "../../src/api/documents/markdown.ts";
import type { Clause, Section } from "./clause.ts";
import { sections } from "./clauses.ts";
import { filesNaming, readTestNames, type NamesByFile } from "./test-names.ts";

/** Returns the page of all clauses with their tests. */
export function coverageDocument(): string {
  const names = readTestNames();
  const clauses = sections.flatMap((section) => section.clauses);
  const refused = clauses.filter(({ declined }) => declined !== undefined);
  return [
    generatedFrom("the lists in test/coverage/clauses and the names of the tests"),
    "# Coverage",
    "This page lists all requirements that Lading meets or declines, with their tests. A requirement is called a clause. The clauses come from the OCI Distribution Specification (the parts of its main branch about registries), from the Docker Registry HTTP API V2, from the behaviour of clients and conformance suites, and from security advisories of other registries. The tests of a clause have its id in their names. `npm test` fails if none of them has passed; a skipped test does not count. A clause without tests has a reason.",
    `${clauses.length} clauses: ${clauses.length - refused.length} with tests, ${refused.length} declined ([divergences.md](divergences.md)).`,
    "The levels `must`, `should` and `may` are those of the specification. `de facto`: no specification requires it, but clients fail without it. `legacy`: a requirement of the first years of the protocol. `own`: Lading's own requirement. A clause without operations is about all of them.",
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
  return `## ${title}\n\n${markdownTable(["Clause", "Statement", "Level", "Source", "Operations", "Tests"], lines)}`;
}

function answerOf({ id, declined }: Clause, names: NamesByFile): string {
  if (declined !== undefined) return `declined: ${declined}`;
  return filesNaming(id, names)
    .map((path) => `[${path.slice(path.lastIndexOf("/") + 1)}](../${path})`)
    .join(", ");
}
