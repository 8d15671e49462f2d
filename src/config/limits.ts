/** Limits of `src/config`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const configLimits = {
  /** Characters of the operator's notice. The specification allows 4,096 bytes of warnings in all. */
  noticeCharacters: 1_000,
  /**
   * Seconds after which a client that sends nothing of its request body is disconnected, unless the operator sets
   * another value (`upload-silence`).
   */
  uploadSilenceSeconds: 300,
  /** Seconds that the setting `upload-silence` may have at most. */
  uploadSilenceSecondsMost: 86_400,
  /** Worker processes that start at most if the operator sets no number. One thread commits what all of them write. */
  workersUsual: 8,
  /** Worker processes that the setting `workers` may ask for. */
  workersMost: 64,
} as const;
