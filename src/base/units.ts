/** Bytes. */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
export const TiB = 1024 * GiB;

/** Milliseconds. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
