/** Limits of `src/cli`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const cliLimits = {
  /** Concurrent requests that `lading bench` may be asked for. */
  loadConcurrency: 1_000,
  /** Seconds of one kind of load that `lading bench` may be asked for. */
  loadSeconds: 24 * 60 * 60,
  /** Milliseconds in which a second signal counts as the same one, sent by two senders. */
  sameSignalMs: 1_000,
  /** Milliseconds between two checks whether the npm process that has started the registry is still there. */
  parentPollMs: 500,
} as const;
