/**
 * The time after which a test counts as hung, for `setDefaultTimeout`. The start of a registry syncs some hundred
 * directories, which can take seconds on a busy disk. This is no requirement on speed.
 */
export const patienceMs = 60_000;
