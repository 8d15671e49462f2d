import { namespace } from "../codecs/headers.ts";

/** The query parameter with which a client of a mirror names the registry that the content comes from (`http/scope.ts`). */
export const scopedQuery = {
  ns: {
    codec: namespace,
    hint: true,
    doc: "Host of the registry that the content comes from, if the client uses Lading as a mirror. Lading looks below the repository that the setting `namespaces` has for this host, and ignores other hosts.",
  },
} as const;

/** The reply header that tells a client that Lading has used its `ns`. */
export const scopedHeaders = ["OCI-Namespace"] as const;
