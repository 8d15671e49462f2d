import { minuteMs } from "../base/units.ts";

/** Limits of `src/client`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const clientLimits = {
  /** Milliseconds without any traffic after which a request to another registry is given up. */
  silenceMs: 2 * minuteMs,
  /** Redirects that are followed for one request to another registry. */
  redirects: 5,
} as const;
