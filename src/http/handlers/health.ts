import type { Registry } from "../../registry/registry.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { Handlers } from "../pipeline.ts";

/** Handlers of the rows for health checks and metrics. */
export function healthHandlers(registry: Registry, metrics: Pick<Metrics, "expose">) {
  return {
    async healthz() {
      return { outcome: "ok", headers: {}, body: "ok\n" };
    },

    async readyz() {
      await registry.checkReady();
      return { outcome: "ready", headers: {}, body: "ready\n" };
    },

    async metrics() {
      return { outcome: "ok", headers: {}, body: await metrics.expose() };
    },
  } satisfies Partial<Handlers>;
}
