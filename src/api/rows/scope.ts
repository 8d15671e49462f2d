import { namespace } from "../codecs.ts";

/** What a pull can say about where the client thinks that the content comes from (`http/scope.ts`). */
export const scopedQuery = {
  ns: {
    codec: namespace,
    hint: true,
    doc: "Host that the client knows the repository under. Where the operator named a repository for it, the content is looked for below that one; else it is ignored.",
  },
} as const;

/** Tells a client that its `ns` was followed. */
export const scopedHeaders = ["OCI-Namespace"] as const;
