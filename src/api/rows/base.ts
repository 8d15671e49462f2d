import type { Row } from "../describe.ts";
import { nothing } from "../schemas.ts";

const base = {
  source: ["end-1", "DV2"],
  path: "/v2/",
  route: { today: "base" },
  parameters: {},
  query: {},
  headers: {},
  access: { action: "base" },
  body: { kind: "none" },
  failures: [],
  writes: false,
} as const;

export const baseRows = {
  baseGet: {
    ...base,
    id: "base-get",
    method: "GET",
    summary: "Tells that the API is here and that the caller may use it.",
    successes: { ok: { status: 200, doc: "It is, and the caller may.", headers: [], body: "json", content: nothing } },
  },
  baseHead: {
    ...base,
    id: "base-head",
    method: "HEAD",
    summary: "The same, without a body.",
    successes: {
      ok: { status: 200, doc: "It is, and the caller may.", headers: ["Content-Type", "Content-Length"], body: "none" },
    },
  },
} as const satisfies Record<string, Row>;
