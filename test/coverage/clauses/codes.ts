import { catalogue } from "../../../src/oci/errors.ts";
import type { Clause, Section } from "../clause.ts";

const statements = {
  "code-1": "a blob that is not in the repository",
  "code-2": "a chunk that does not go on where the session stands",
  "code-3": "a session that is not there",
  "code-4": "a digest that is none, or not that of the content",
  "code-5": "a manifest that refers to what is not there",
  "code-6": "a document that is no manifest",
  "code-7": "a manifest or tag that is not there",
  "code-8": "a name that is none",
  "code-9": "a repository that is not there",
  "code-10": "a body of another length than was said",
  "code-11": "credentials are needed",
  "code-12": "credentials do not help",
  "code-13": "nothing that this registry does",
  "code-14": "too much at once",
} as const;

/** What they read is in the catalogue of errors, whose entries name them as their source. */
export const codes: Section = {
  title: "Error codes",
  clauses: Object.entries(statements).map(([id, what]): Clause => {
    const entry = Object.values(catalogue).find(({ source }) => source === id);
    if (!entry) throw new TypeError(`no error has ${id} as its source`);
    return { id, level: "must", statement: `\`${entry.code}\`: ${what}.`, source: "OCI Error Codes", rows: [] };
  }),
};
