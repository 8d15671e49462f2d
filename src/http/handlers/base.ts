import type { Handlers } from "../pipeline.ts";

const nothing = Object.freeze({});
const ofNothing = Object.freeze({ "Content-Type": "application/json", "Content-Length": "2" });

export const baseHandlers = {
  baseGet() {
    return { outcome: "ok", headers: nothing, body: nothing };
  },
  baseHead() {
    return { outcome: "ok", headers: ofNothing };
  },
} satisfies Partial<Handlers>;
