import { about, declined, type Section } from "../clause.ts";

/** The section "Limits". */
export const limits: Section = {
  title: "Limits",
  clauses: [
    ...about(
      "Lading",
      ["manifest-put-tag", "manifest-put-digest", "upload-append", "upload-finish", "upload-monolithic"],
      {
        "LIM-01 own":
          "A body over the limit gets 413, whether or not the request states its length. Memory use stays constant.",
        "LIM-08 own":
          "The number and the memory of concurrent bodies are limited. Slow bodies end first, then other requests wait for a short time, then they get 429.",
        "LIM-10 own":
          "A client may send slowly for hours. If it sends nothing for five minutes, or for the configured time, it gets 408.",
      },
    ),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "LIM-02 own": "A manifest has at most ten thousand references.",
      "LIM-03 own": "The JSON of a manifest has at most a hundred levels.",
    }),
    ...about("Lading", [], {
      "LIM-04 own": "Names, tags and digests have a maximum length, which is checked first.",
      "LIM-09 own": "A target or header that is too long is refused, and the registry continues to work.",
    }),
    ...about("Lading", ["tag-list", "catalog", "referrer-list"], {
      "LIM-05 own": "`n` has digits only, and is reduced to the largest page.",
    }),
    ...about("Lading", ["manifest-put-digest", "upload-finish", "upload-monolithic"], {
      "LIM-06 own": "The number of repetitions of a parameter is limited. More get 414.",
    }),
    ...about("Lading", ["blob-get"], {
      "LIM-07 own": "A request for a thousand ranges costs no more than the blob.",
    }),
    ...about("Lading", ["referrer-list"], {
      "LIM-11 own": "A page of referrers is not larger than what clients can read.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest", "legacy-manifest-put"], {
      "LIM-12 own": "The number of signatures and the length of certificate chains in a signed manifest are limited.",
    }),
    ...about("Lading", ["upload-finish", "upload-monolithic"], {
      "LIM-13 own": "Decompression is limited by ratio and by bytes.",
    }),
    ...declined("Lading has no accounts yet", "Lading", [], {
      "LIM-14 own": "The upload sessions and bytes of a user or repository have a quota.",
    }),
  ],
};

/** The section "Injection, traversal, confusion". */
export const security: Section = {
  title: "Injection, traversal, confusion",
  clauses: [
    ...about("Lading", [], {
      "SEC-01 own": "A target with `..` reaches nothing outside the storage.",
      "SEC-02 own": "No line break from a client gets into a header.",
      "SEC-03 own": "`Host` and `X-Forwarded` headers do not change the content of a reply.",
      "SEC-04 own": "A request whose end is ambiguous is refused, and none of its content is stored.",
      "SEC-05 own": "A digest of one algorithm is never used as a digest of another.",
      "SEC-07 own": "No browser guesses a media type, or shows a blob as a page of the registry.",
      "SEC-09 own": "A client without a right gets the same reply for existing and for missing content.",
      "SEC-11 own": "The log contains no secret, and no client can forge a line of it.",
      "SEC-12 own": "No reply redirects to another host.",
      "SEC-13 own": "No page of another origin has access, and cookies have no effect.",
      "SEC-17 own": "Pushed content never runs as a page of the registry's origin.",
      "SEC-18 own":
        "A browser reaches the registry only by the registry's own names, and only for its own pages or pages of the configured origins.",
      "SEC-16 own": "The registry fetches nothing that a manifest names.",
    }),
    ...about("Lading", ["manifest-put-tag", "manifest-put-digest"], {
      "SEC-06 own": "A document has one kind: the kind as which it was pushed.",
      "SEC-14 own": "A push is stored completely or not at all, also with concurrent pushes.",
    }),
    ...about("Lading", ["blob-get", "manifest-get-tag", "manifest-get-digest", "referrer-list", "upload-mount"], {
      "SEC-08 own": "Only clients that may read a repository can read its content.",
    }),
    ...declined("Lading has no passwords yet", "Lading", [], {
      "SEC-10 own":
        "Secrets are compared in constant time and hashed at a limited cost, and the rate of guesses is limited.",
    }),
    ...declined("Lading has no garbage collection yet; it records the pins that a collector will need", "Lading", [], {
      "SEC-15 own": "Garbage collection removes nothing that was just pushed or mounted.",
    }),
  ],
};

const noTokens = "Lading has no login and no tokens yet";

/** The section "Tokens and rights". */
export const tokens: Section = {
  title: "Tokens and rights",
  clauses: [
    ...declined(noTokens, "Lading", [], {
      "TOK-01 own": "The algorithm of a token is that of its key, and never `none`.",
      "TOK-02 own": "A token is verified with a trusted key, never with a key that the token contains.",
      "TOK-03 own": "A certificate chain ends at a trusted root.",
      "TOK-04 own": "The issuer, audience and times of a token are checked.",
      "TOK-08 own": "A refresh token ends with the right that it represents, and gives no access by itself.",
      "TOK-09 own": "Requests to the token endpoint are limited.",
      "TOK-10 own": "Empty credentials are anonymous. Wrong credentials are refused.",
      "TOK-11 own": "The realm is on the registry's own host.",
    }),
    ...about("Lading", [], {
      "TOK-05 own": "A right to one repository gives no access to a repository with a similar name.",
      "TOK-06 own": "A right to pull does not allow to push or to delete.",
    }),
    ...about("Lading", ["upload-status", "upload-append", "upload-finish", "upload-cancel"], {
      "TOK-07 own": "The address of an upload session is not a right to use it.",
    }),
  ],
};

/** The section "Operation". */
export const operation: Section = {
  title: "Operation",
  clauses: [
    ...about("Lading", ["healthz"], { "OPS-01 own": "A probe shows whether the process answers requests." }),
    ...about("Lading", ["readyz"], { "OPS-02 own": "A probe shows whether the registry can store content." }),
    ...about("Lading", ["metrics"], { "OPS-03 own": "The registry counts requests, for Prometheus." }),
    ...about("Lading", ["openapi"], { "OPS-04 own": "An OpenAPI 3.1 document describes the API." }),
    ...about("Lading", ["home"], {
      "OPS-06 own": "The root is a page that says what the registry is and how to push.",
    }),
    ...about("Lading", ["docs"], { "OPS-05 own": "A web page describes the API. It loads nothing from other hosts." }),
  ],
};
