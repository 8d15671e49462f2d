/** Limits of `src/registry`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const registryLimits = {
  /** Milliseconds that `/readyz` and `/metrics` wait for another process or the disk. */
  probeMs: 2_000,
} as const;
