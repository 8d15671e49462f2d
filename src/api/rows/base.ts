import type { Row } from "../describe.ts";
import { nothing } from "../schemas.ts";

export const baseRows = {
  baseGet: {
    id: "base-get",
    summary: "Tells that the API is here and that the caller may use it.",
    source: ["end-1", "DV2"],
    method: "GET",
    path: "/v2/",
    route: { today: "base" },
    parameters: {},
    query: {},
    headers: {},
    access: { action: "base" },
    body: { kind: "none" },
    successes: { ok: { status: 200, doc: "It is, and the caller may.", headers: [], body: "json", content: nothing } },
    failures: [],
    writes: false,
  },
} as const satisfies Record<string, Row>;
