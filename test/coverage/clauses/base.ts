import { about, type Section } from "../clause.ts";

export const base: Section = {
  title: "Whether the API is here",
  clauses: [
    ...about("OCI Determining Support", ["base-get", "base-head"], {
      "BASE-01 must": "`/v2/` is 200 where the API is there and the caller may use it; its body is `{}`.",
      "BASE-04 must": "`/v2/` is never 404: that would mean that there is no V2.",
    }),
    ...about("docker", ["base-get", "base-head"], {
      "BASE-02 de facto":
        "A caller that has to log in first is answered 401 with a challenge, and is not sent elsewhere.",
    }),
    ...about("OCI Legacy Docker support HTTP headers", [], {
      "BASE-03 may": "Every reply says `Docker-Distribution-Api-Version: registry/2.0`, errors too.",
    }),
    ...about("conformance suite", ["base-get"], {
      "BASE-05 de facto": "`/v2/` answers whoever looks whether something is there.",
    }),
  ],
};
