import type { Row } from "../describe.ts";

const probe = {
  source: ["lading"],
  method: "GET",
  parameters: {},
  query: {},
  headers: {},
  body: { kind: "none" },
  writes: false,
  routine: true,
} as const;

export const healthRows = {
  healthz: {
    ...probe,
    id: "healthz",
    summary: "Whether the process answers.",
    path: "/healthz",
    successes: { ok: { status: 200, doc: "It does.", headers: [], body: "text" } },
    failures: [],
  },
  readyz: {
    ...probe,
    id: "readyz",
    summary: "Whether content can be read and stored: a trial read and trial writes are waited for two seconds.",
    path: "/readyz",
    successes: { ready: { status: 200, doc: "It can.", headers: [], body: "text" } },
    failures: ["UNAVAILABLE"],
  },
  metrics: {
    ...probe,
    id: "metrics",
    summary: "Counters and gauges in the Prometheus text format.",
    path: "/metrics",
    successes: { ok: { status: 200, doc: "All of them.", headers: [], body: "text" } },
    failures: ["UNAVAILABLE"],
  },
} as const satisfies Record<string, Row>;
