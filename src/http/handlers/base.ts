import type { Handlers } from "../pipeline.ts";

export const baseHandlers = {
  async baseGet() {
    return { outcome: "ok", headers: {}, body: {} };
  },
  async baseHead() {
    return { outcome: "ok", headers: { "Content-Type": "application/json", "Content-Length": "2" } };
  },
} satisfies Partial<Handlers>;
