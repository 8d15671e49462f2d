import type { Handlers } from "../pipeline.ts";

const nothing = Object.freeze({});

export const baseHandlers = {
  baseGet() {
    return { outcome: "ok", headers: nothing, body: nothing };
  },
} satisfies Partial<Handlers>;
