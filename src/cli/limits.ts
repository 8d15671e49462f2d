/** Limits of `src/cli`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const cliLimits = {
  /** Maximum of the flag `--concurrency` of `lading bench`. */
  loadConcurrency: 1_000,
  /** Maximum of the flag `--seconds` of `lading bench`. */
  loadSeconds: 24 * 60 * 60,
  /** Milliseconds in which a registry must answer `lading health`. A trial write of the registry takes two seconds at most. */
  healthMs: 5_000,
  /** Milliseconds in which two signals from two senders count as one signal. */
  sameSignalMs: 1_000,
  /** Milliseconds between two checks whether the npm process that has started the registry still runs. */
  parentPollMs: 500,
} as const;
