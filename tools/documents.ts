/** Generates the documents that are made from the code. */
import { apiDocument } from "../src/api/documents/api.ts";
import { errorsDocument } from "../src/api/documents/errors.ts";
import { openapiDocument } from "../src/api/documents/openapi/document.ts";
import { rows } from "../src/api/table.ts";
import { commandsDocument } from "../src/cli/document.ts";
import { settingsDocument } from "../src/config/documents/settings.ts";
import { exampleDocument } from "../src/config/documents/example.ts";
import { schemaDocument } from "../src/config/documents/schema.ts";
import { chartReadmeDocument, valuesDocument, valuesSchemaDocument } from "./helm-chart/documents.ts";
import { limitsDocument } from "./limits-document.ts";
import { migrationDocument } from "./migration-document.ts";
import { coverageDocument } from "../test/coverage/document.ts";
import { seedsDocument } from "../test/seeds/document.ts";

/** The generated documents, by their path in the project. */
export const documents: Readonly<Record<string, () => string>> = {
  "docs/api.md": apiDocument,
  "docs/cli.md": commandsDocument,
  "docs/config.schema.json": schemaDocument,
  "docs/coverage.md": coverageDocument,
  "docs/errors.md": errorsDocument,
  "docs/lading.yml": exampleDocument,
  "docs/limits.md": limitsDocument,
  "docs/migrate.md": migrationDocument,
  "docs/openapi.json": () => openapiDocument(rows),
  "docs/seeds.md": seedsDocument,
  "docs/settings.md": settingsDocument,
  "packaging/helm/lading/README.md": chartReadmeDocument,
  "packaging/helm/lading/values.schema.json": valuesSchemaDocument,
  "packaging/helm/lading/values.yaml": valuesDocument,
};

if (import.meta.main) {
  for (const [path, make] of Object.entries(documents)) await Bun.write(new URL(`../${path}`, import.meta.url), make());
}
