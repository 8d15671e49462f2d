import type { Row } from "../describe.ts";
import { nothing } from "../schemas.ts";

/** The rows of `/v2/`. */
export const baseRows = {
  baseGet: {
    id: "base-get",
    summary: "Checks that the registry supports the API and that the client may use it.",
    source: ["end-1", "DV2"],
    method: "GET",
    path: "/v2/",
    route: { today: "base" },
    parameters: {},
    query: {},
    headers: {},
    access: { action: "base" },
    body: { kind: "none" },
    successes: {
      ok: {
        status: 200,
        doc: "The registry supports the API, and the client may use it.",
        headers: [],
        body: "json",
        content: nothing,
      },
    },
    failures: [],
    writes: false,
  },
} as const satisfies Record<string, Row>;
