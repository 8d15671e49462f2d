import { about, type Section } from "../clause.ts";

/** The section "API support". */
export const base: Section = {
  title: "API support",
  clauses: [
    ...about("OCI Determining Support", ["base-get", "base-head"], {
      "BASE-01 must":
        "`/v2/` replies 200 if the registry supports the API and the client may use it. The body is `{}`.",
      "BASE-04 must": "`/v2/` never replies 404, which would mean that the registry does not support V2.",
    }),
    ...about("docker", ["base-get", "base-head"], {
      "BASE-02 de facto": "A client that has to log in first gets 401 with a challenge, and no redirect.",
    }),
    ...about("OCI Legacy Docker support HTTP headers", [], {
      "BASE-03 may": "Every reply, also an error, has `Docker-Distribution-Api-Version: registry/2.0`.",
    }),
    ...about("conformance suite", ["base-get"], {
      "BASE-05 de facto": "`/v2/` answers clients that check whether the registry exists.",
    }),
  ],
};
