/** Generates the table of distribution's keys in docs/migrate.md. The rest of the page is written by hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { distributionTable } from "../src/config/documents/distribution.ts";

const page = join(import.meta.dir, "..", "docs", "migrate.md");
const marks = /^(<!-- keys of distribution: begin .*-->\n).*?^(<!-- keys of distribution: end -->)$/ms;

/** Returns the page with the current table. Throws if the page has no place for it. */
export function migrationDocument(): string {
  const text = readFileSync(page, "utf8");
  if (!marks.test(text)) throw new Error("docs/migrate.md has no marks for the table of keys");
  return text.replace(marks, (_, begin: string, end: string) => `${begin}\n${distributionTable()}\n\n${end}`);
}
