/** Limits of `src/config`, each with its unit in its name. docs/limits.md lists the limits of all parts. */
export const configLimits = {
  /** Maximum size of a configuration file. A file with all settings and their descriptions needs an eighth of it. */
  configurationFileBytes: 64 * 1024,
  /** Maximum number of levels of a value in YAML. Lading's format needs 3, and that of distribution fewer than 10. */
  nestingLevels: 50,
  /** Maximum number of values in a file, including those that an alias repeats. A file without aliases has fewer. */
  values: 65_536,
  /** Maximum number of characters in a path. Linux accepts no longer one. */
  pathCharacters: 4_095,
  /** Characters of the operator's notice. The specification allows 4,096 bytes for all warnings together. */
  noticeCharacters: 1_000,
  /**
   * Default of the setting `upload-silence` in seconds: the time after which Lading disconnects a client that sends
   * nothing of its request body.
   */
  uploadSilenceSeconds: 300,
  /** Maximum of the setting `upload-silence` in seconds. */
  uploadSilenceSecondsMost: 86_400,
  /** Maximum number of worker processes with the setting `auto`. One thread commits the writes of all of them. */
  workersUsual: 8,
  /** Maximum of the setting `workers`. */
  workersMost: 64,
} as const;
