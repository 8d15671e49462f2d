import type { FileSetting, Note } from "./file/file-settings.ts";
import { keyPath } from "./setting-names.ts";
import { environmentName, type Settings } from "./settings.ts";

/** Where the value of a setting comes from, with the value as text. The text is null if the setting is absent. */
export type Source =
  | { readonly kind: "default"; readonly text: string | null }
  | { readonly kind: "environment" | "flag"; readonly text: string }
  | ({ readonly kind: "file" } & FileSetting);

/** The loaded settings, with the source of each. */
export class Configuration {
  readonly settings: Settings;
  /** The sources by the keys of the settings, in the order of the table. */
  readonly sources: ReadonlyMap<string, Source>;
  /** The notes about keys and variables of distribution that do not become a setting. */
  readonly notes: readonly Note[];
  /** The path of the configuration file, if there is one. */
  readonly file: string | undefined;

  constructor(
    settings: Settings,
    sources: ReadonlyMap<string, Source>,
    notes: readonly Note[],
    file: string | undefined,
  ) {
    this.settings = settings;
    this.sources = sources;
    this.notes = notes;
    this.file = file;
  }

  sourceOf(key: string): Source {
    return this.sources.get(key)!;
  }

  /** Returns how a message names a setting: its place and its path in the file, its variable or its flag. */
  nameOf(key: string): string {
    return this.namesOf(key).join("");
  }

  /** Returns the place of the first of the settings that is from the file, and then how a message names each of them. */
  namesOf(...keys: readonly string[]): readonly [place: string, ...names: string[]] {
    const places = keys
      .map((key) => this.sourceOf(key))
      .flatMap((source) => (source.kind === "file" ? [source.place] : []));
    const names = keys.map((key) => nameIn(this.sourceOf(key), key));
    return [places[0] === undefined ? "" : `${places[0]}: `, ...names];
  }
}

function nameIn(source: Source, key: string): string {
  if (source.kind === "environment") return environmentName(key);
  if (source.kind !== "file") return `--${key}`;
  return source.name ?? keyPath(key);
}
