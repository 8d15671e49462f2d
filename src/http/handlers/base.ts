import { admit } from "../../base/cache/cached.ts";
import type { Handlers } from "../pipeline.ts";

const nothing = admit({});

/** The handler of the base path. */
export const baseHandlers = {
  baseGet() {
    return { outcome: "ok", headers: nothing, body: nothing };
  },
} satisfies Partial<Handlers>;
