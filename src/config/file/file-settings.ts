/** A setting in a configuration file. */
export interface FileSetting {
  /** The value as text, in the format that the flag accepts. */
  readonly text: string;
  /** The path of the file and the line of the key, or the variable of distribution. */
  readonly place: string;
  /** The path of the key, if the file is not in Lading's format. */
  readonly name?: string;
}

/** The settings of a file, by their keys. */
export type FileSettings = ReadonlyMap<string, FileSetting>;

/**
 * What a note means for the start: a wrong value refuses it, an unsupported key refuses it unless the operator ignores
 * such keys, and the others are a warning or nothing.
 */
export type Effect = "wrong" | "unsupported" | "warning" | "none";

/** A message about a key that does not become a setting. */
export interface Note {
  readonly effect: Effect;
  /** The place, the key and the reason. */
  readonly message: string;
}

/** The content of a configuration file. */
export interface FileConfiguration {
  readonly settings: FileSettings;
  readonly notes: readonly Note[];
  /** The place and the name of the storage that the file names and Lading does not have. The data needs a directory. */
  readonly otherStorage?: string;
}
