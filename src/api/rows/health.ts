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

/** The rows for monitoring: health, readiness and metrics. */
export const healthRows = {
  healthz: {
    ...probe,
    id: "healthz",
    summary: "Checks that the process answers requests.",
    path: "/healthz",
    successes: { ok: { status: 200, doc: "The process answers.", headers: [], body: "text" } },
    failures: [],
  },
  readyz: {
    ...probe,
    id: "readyz",
    summary:
      "Checks that the registry can read and store content. It makes a trial read and trial writes, which have two seconds to finish.",
    path: "/readyz",
    successes: { ready: { status: 200, doc: "The registry can read and store content.", headers: [], body: "text" } },
    failures: ["UNAVAILABLE"],
  },
  metrics: {
    ...probe,
    id: "metrics",
    summary: "Returns counters and gauges in the Prometheus text format.",
    path: "/metrics",
    successes: { ok: { status: 200, doc: "The metrics.", headers: [], body: "text" } },
    failures: ["UNAVAILABLE"],
  },
} as const satisfies Record<string, Row>;
