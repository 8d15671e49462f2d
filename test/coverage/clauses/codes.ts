import { catalogue } from "../../../src/oci/errors.ts";
import type { Clause, Section } from "../clause.ts";

const statements = {
  "code-1": "the blob is not in the repository",
  "code-2": "the chunk does not start at the offset of the upload session",
  "code-3": "the upload session is unknown",
  "code-4": "the digest is invalid, or does not match the content",
  "code-5": "the manifest refers to missing content",
  "code-6": "the document is not a valid manifest",
  "code-7": "the manifest or tag is unknown",
  "code-8": "the name is invalid",
  "code-9": "the repository is unknown",
  "code-10": "the length of the body differs from the stated length",
  "code-11": "the client has to log in",
  "code-12": "the client does not have the right",
  "code-13": "the registry does not support the operation",
  "code-14": "too many requests at the same time",
} as const;

/** The clauses of the error codes. The entries of the error catalogue name them as their source. */
export const codes: Section = {
  title: "Error codes",
  clauses: Object.entries(statements).map(([id, what]): Clause => {
    const entry = Object.values(catalogue).find(({ source }) => source === id);
    if (!entry) throw new TypeError(`no error has ${id} as its source`);
    return { id, level: "must", statement: `\`${entry.code}\`: ${what}.`, source: "OCI Error Codes", rows: [] };
  }),
};
