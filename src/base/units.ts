/** A kibibyte in bytes. */
export const KiB = 1024;
/** A mebibyte in bytes. */
export const MiB = 1024 * KiB;
/** A gibibyte in bytes. */
export const GiB = 1024 * MiB;
/** A tebibyte in bytes. */
export const TiB = 1024 * GiB;

/** A minute in milliseconds. */
export const minuteMs = 60_000;
/** An hour in milliseconds. */
export const hourMs = 60 * minuteMs;
