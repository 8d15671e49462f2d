/**
 * How long a test may take before it counts as hung, for `setDefaultTimeout`. Starting a registry syncs some hundred
 * directories, and on a disk that others keep busy that can take seconds; nothing here says how fast anything has to be.
 */
export const patienceMs = 60_000;
