import { KiB } from "../base/units.ts";

/** Limits of `src/api`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const apiLimits = {
  /**
   * Maximum size of the request line and all headers of a request. 1,024 ranges fit, and also two tokens of a cloud's
   * identity service, which need 20 KiB.
   */
  requestHeadBytes: 64 * KiB,
  /** Number of `tag` parameters in one push. The specification requires at least 10 (TAGP-01). */
  tagsInPush: 50,
  /** Number of `digest` parameters in one upload. */
  digestsInPush: 8,
} as const;
