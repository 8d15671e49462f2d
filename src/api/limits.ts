import { KiB } from "../base/units.ts";

/** Limits of `src/api`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const apiLimits = {
  /**
   * Bytes of the request line and all headers of a request. 1,024 ranges fit, and so do two tokens of a cloud's
   * identity service, which take 20 KiB.
   */
  requestHeadBytes: 64 * KiB,
  /** `tag` parameters of one push. The specification asks for at least 10 (TAGP-01). */
  tagsInPush: 50,
  /** `digest` parameters of one upload. */
  digestsInPush: 8,
} as const;
