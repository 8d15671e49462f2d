/** The description of a setting and of a group of settings. The files next to this one have the settings, one group each. */

/** The kind of value that a setting has in a configuration file. Flags and environment variables are always text. */
export type ValueKind =
  | { readonly kind: "text" }
  /** `on` or `off`. The file may also say `true` or `false`, because other YAML programs write these for `on` and `off`. */
  | { readonly kind: "switch" }
  | { readonly kind: "choice"; readonly words: readonly string[] }
  /** A whole number, or one of the words. */
  | { readonly kind: "number"; readonly least: number; readonly most: number; readonly words?: readonly string[] }
  /** A YAML list, or a text with commas as in a flag. */
  | { readonly kind: "list" };

/** The format of the values of a setting: how to describe and how to parse them. */
export interface Codec<T> {
  /** The format of a value, for help texts and error messages. */
  readonly form: string;
  /** The accepted values for error messages, if `form` does not describe them. */
  readonly accepts?: string;
  readonly value: ValueKind;
  /** Returns the value, or undefined if the text is invalid. */
  readonly parse: (text: string) => T | undefined;
}

/**
 * A setting of the registry. The loader, the environment variables, the flags, the configuration file and its schema, the
 * help and the manual all read the table of settings.
 */
export interface Setting<T> extends Codec<T> {
  /** The name in the flag `--key`, in the variable `LADING_KEY` and in the configuration file. */
  readonly key: string;
  readonly doc: string;
  /** The default, or null if the setting may be absent. */
  readonly default: string | null;
  /** Names of the setting in other programs. An error message uses them to suggest this setting. */
  readonly otherNames?: readonly string[];
  /** An example for error messages, if the default is not an example. */
  readonly example?: string;
}

/** A group of settings. It is a mapping in the configuration file and a chapter of the manual. */
export interface SettingGroup {
  /** The key of the group in the configuration file. */
  readonly name: string;
  /** The heading of the group in the manual. */
  readonly title: string;
  /** One sentence that says what the settings of the group are about. */
  readonly doc: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}
