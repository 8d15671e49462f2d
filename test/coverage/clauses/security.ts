import { about, declined, type Section } from "../clause.ts";

export const limits: Section = {
  title: "Limits",
  clauses: [
    ...about(
      "Lading",
      ["manifest-put-tag", "manifest-put-digest", "upload-append", "upload-finish", "upload-monolithic"],
      {
        "LIM-01 own": "A body over the limit is 413, whether it says so or just comes; memory stays flat.",
        "LIM-08 own":
          "Bodies at once are bounded, by number and by memory; slow ones give way, then others wait for a moment: 429.",
        "LIM-10 own":
          "A sender may be slow for hours, but not silent for five minutes, or what the operator says: 408.",
      },
    ),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "LIM-02 own": "A manifest has at most ten thousand references.",
      "LIM-03 own": "Its JSON is at most a hundred levels deep.",
    }),
    ...about("Lading", [], {
      "LIM-04 own": "Names, tags and digests have a greatest length, looked at before anything else.",
      "LIM-09 own": "A target or header that is too long is refused, and the registry goes on.",
    }),
    ...about("Lading", ["tag-list", "catalog", "referrer-list"], {
      "LIM-05 own": "`n` is digits and nothing else, and cut to the largest page.",
    }),
    ...about("Lading", ["manifest-put-digest", "upload-finish", "upload-monolithic"], {
      "LIM-06 own": "A parameter may be repeated so often, more is 414.",
    }),
    ...about("Lading", ["blob-get"], {
      "LIM-07 own": "A thousand ranges cost no more than the blob.",
    }),
    ...about("Lading", ["referrer-list"], {
      "LIM-11 own": "A page of referrers is no larger than what clients read.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest", "legacy-manifest-put"], {
      "LIM-12 own": "A signed manifest has few signatures and short chains.",
    }),
    ...about("Lading", ["upload-finish", "upload-monolithic"], {
      "LIM-13 own": "Unpacking is bounded by ratio and bytes.",
    }),
    ...declined("there are no accounts yet to count against", "Lading", [], {
      "LIM-14 own": "Sessions and bytes of one user or repository have a quota.",
    }),
  ],
};

export const security: Section = {
  title: "Injection, traversal, confusion",
  clauses: [
    ...about("Lading", [], {
      "SEC-01 own": "A target that climbs touches nothing outside of the store.",
      "SEC-02 own": "No line break of a client reaches a header.",
      "SEC-03 own": "Host and X-Forwarded headers steer nothing that a reply says.",
      "SEC-04 own": "A request whose end is in doubt is refused, and nothing of it is kept.",
      "SEC-05 own": "A digest of one algorithm is never taken for another's.",
      "SEC-07 own": "No browser guesses a type, or shows a blob as a page of ours.",
      "SEC-09 own": "A caller without a right is told the same about what is there and what is not.",
      "SEC-11 own": "No secret is in the log, and nobody forges a line of it.",
      "SEC-12 own": "No reply leads to another host.",
      "SEC-13 own": "No page of another origin is let in, and no cookie means anything.",
      "SEC-17 own": "Nothing that was pushed runs as a page of the registry's origin.",
      "SEC-18 own":
        "A browser reaches the registry by its own names only, and for pages of its own or of named origins.",
      "SEC-16 own": "The registry fetches nothing that a manifest names.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "SEC-06 own": "A document is of one kind, the one that it was pushed as.",
      "SEC-14 own": "A push is there as a whole or not at all, whoever else pushes.",
    }),
    ...about("Lading", ["blob-get", "manifest-get-tag", "manifest-get-digest", "referrer-list", "upload-mount"], {
      "SEC-08 own": "Content of a repository is for those who may read that repository.",
    }),
    ...declined("there are no passwords yet", "Lading", [], {
      "SEC-10 own": "Secrets are compared in constant time, hashed at a bounded cost, and not guessed at any rate.",
    }),
    ...declined("nothing is collected yet; what is promised to a pusher is recorded", "Lading", [], {
      "SEC-15 own": "Collecting garbage takes nothing that was pushed or mounted a moment ago.",
    }),
  ],
};

const noTokens = "there is no login and no token yet";

export const tokens: Section = {
  title: "Tokens and rights",
  clauses: [
    ...declined(noTokens, "Lading", [], {
      "TOK-01 own": "A token's algorithm is that of its key, and never none.",
      "TOK-02 own": "A token is verified with a key that is trusted, never with one that it brings.",
      "TOK-03 own": "A chain of certificates ends at a trusted root.",
      "TOK-04 own": "Issuer, audience and times of a token have to be right.",
      "TOK-08 own": "A refresh token ends with the right behind it, and opens nothing by itself.",
      "TOK-09 own": "What is asked of the token endpoint is bounded.",
      "TOK-10 own": "Empty credentials are anonymous; wrong ones are refused.",
      "TOK-11 own": "The realm is the registry's own.",
    }),
    ...about("Lading", [], {
      "TOK-05 own": "A right to one repository opens no other whose name is alike.",
      "TOK-06 own": "A right to pull neither pushes nor deletes.",
    }),
    ...about("Lading", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "TOK-07 own": "The address of a session is no right to it.",
    }),
  ],
};

export const operation: Section = {
  title: "Operation",
  clauses: [
    ...about("Lading", ["healthz"], { "OPS-01 own": "A probe tells that the process answers." }),
    ...about("Lading", ["readyz"], { "OPS-02 own": "A probe tells whether something can be stored." }),
    ...about("Lading", ["metrics"], { "OPS-03 own": "Requests are counted, for Prometheus." }),
    ...about("Lading", ["openapi"], { "OPS-04 own": "The API is described in OpenAPI 3.1." }),
    ...about("Lading", ["home"], { "OPS-06 own": "The root is a page that says what this is and how to push." }),
    ...about("Lading", ["docs"], { "OPS-05 own": "And on a page for people, which needs nothing from elsewhere." }),
  ],
};
