import { parseArgs } from "node:util";
import { shownName, shownText } from "../base/shown-text.ts";
import { Configuration, type Source } from "./configuration.ts";
import { configurationFlag, ignoreUnsupportedFlag } from "./configuration-flag.ts";
import { ignoresUnsupported, refusedBy } from "./unsupported.ts";
import { pathVariable, warnOfVariables } from "./distribution/environment.ts";
import { pathOfSetting } from "./distribution/keys.ts";
import type { FileConfiguration, FileSettings } from "./file/file-settings.ts";
import { readConfigurationFile } from "./file/reader.ts";
import { meantByVariable, unknownVariable, unknownVariables } from "./unknown-variables.ts";
import { SettingError } from "./setting-error.ts";
import { keyPath, meantBy } from "./setting-names.ts";
import { defaultOf, environmentName, settings, type Settings } from "./settings.ts";
import { path } from "./settings/codecs.ts";
import type { Setting } from "./settings/setting.ts";
import { expected } from "./file/yaml-value.ts";

export { SettingError } from "./setting-error.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const all: readonly Setting<unknown>[] = Object.values(settings);
const keys = all.map(({ key }) => key);
const flagNames = [configurationFlag.key, ignoreUnsupportedFlag.key, ...keys];
const howToList = `'${Bun.isStandaloneExecutable ? "lading serve" : "npm start --"} --help' lists all flags`;

/**
 * Loads all settings, for commands that use a few of them. A flag overrides the environment variable. Both override the
 * configuration file, and it overrides the default. Throws a SettingError if a value, a flag, the file or a combination of
 * settings is invalid, or if an unknown variable resembles one of a setting.
 */
export function loadSettings(flags: readonly string[], environment: Environment): Settings {
  return load(flags, environment, (variable) => meantByVariable(variable) !== undefined).settings;
}

/** Loads all settings as `loadSettings` does, with their sources. It also refuses all other unknown variables. */
export function loadConfiguration(flags: readonly string[], environment: Environment): Configuration {
  return load(flags, environment, () => true);
}

function load(
  flags: readonly string[],
  environment: Environment,
  isRefused: (variable: string) => boolean,
): Configuration {
  refuseFlagsOfNpm(environment);
  const values = parseFlags(flags);
  refuseAll(unknownVariables(environment).filter(isRefused).map(unknownVariable));
  const fileName = fileOf(values, environment);
  const file = readFile(fileName, environment);
  refuseAll(refusedBy(file.notes, ignoresUnsupported(values, environment)));
  const sources = new Map(all.map((setting) => [setting.key, sourceOf(setting, values, environment, file.settings)]));
  refuseUnknownDirectory(file, sources.get("data")!);
  refuseAll(all.flatMap((setting) => mistakesOf(setting, sources.get(setting.key)!)));
  const loaded = Object.entries<Setting<unknown>>(settings).map(([name, setting]) => {
    const { text } = sources.get(setting.key)!;
    return [name, text === null ? defaultOf(setting) : setting.parse(text)];
  });
  const configuration = new Configuration(Object.fromEntries(loaded) as Settings, sources, file.notes, fileName?.text);
  refuseIncompletePair(configuration);
  refuseEmptyChunkRange(configuration);
  refuseIdleConversion(configuration);
  return configuration;
}

function readFile(
  fileName: { readonly text: string; readonly origin: string } | undefined,
  environment: Environment,
): FileConfiguration {
  if (fileName) return readConfigurationFile(fileName.text, fileName.origin, environment);
  return { settings: new Map(), notes: warnOfVariables(environment) };
}

function refuseAll(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new SettingError(...mistakes);
}

/** Refuses to store in Lading's default directory what was in the storage of another registry. */
function refuseUnknownDirectory({ otherStorage }: FileConfiguration, { kind }: Source): void {
  if (otherStorage === undefined || kind !== "default") return;
  const data = `--data (${environmentName("data")})`;
  throw new SettingError(`${otherStorage} names no directory; name an empty one with ${data}`);
}

function refuseIncompletePair(configuration: Configuration): void {
  const { tlsCert, tlsKey } = configuration.settings;
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const [present, missing] = tlsKey === undefined ? ["tls-cert", "tls-key"] : ["tls-key", "tls-cert"];
  const needed = missingName(configuration.sourceOf(present), missing);
  throw new SettingError(`${configuration.nameOf(present)} needs ${needed} as well; leave out both for plain HTTP`);
}

/** Returns how a message names a missing setting, next to one with the source. */
function missingName(source: Source, missing: string): string {
  if (source.kind !== "file") return `--${missing} (${environmentName(missing)})`;
  return source.name === undefined ? keyPath(missing) : pathOfSetting(missing)!;
}

function refuseIdleConversion(configuration: Configuration): void {
  const { legacy, schema1Conversion } = configuration.settings;
  if (legacy || !schema1Conversion) return;
  const [place, conversion, needed] = configuration.namesOf("schema1-conversion", "legacy");
  throw new SettingError(`${place}${conversion} on needs ${needed} on`);
}

function refuseEmptyChunkRange(configuration: Configuration): void {
  const { chunkMinimum, chunkMaximum } = configuration.settings;
  if (chunkMaximum === 0 || chunkMinimum <= chunkMaximum) return;
  const [place, minimum, maximum] = configuration.namesOf("chunk-minimum", "chunk-maximum");
  throw new SettingError(
    `${place}${minimum} is ${chunkMinimum} and ${maximum} is ${chunkMaximum}; the minimum must not be larger than the maximum`,
  );
}

/** Returns where the value of a setting comes from. */
function sourceOf(
  { key, default: value }: Setting<unknown>,
  flags: Environment,
  environment: Environment,
  file: FileSettings,
): Source {
  const [flag, variable, inFile] = [flags[key], environment[environmentName(key)], file.get(key)];
  if (flag !== undefined) return { kind: "flag", text: flag };
  if (variable !== undefined) return { kind: "environment", text: variable };
  return inFile ? { kind: "file", ...inFile } : { kind: "default", text: value };
}

/** Returns what is wrong with a value of a flag or a variable. The values of the file are valid. */
function mistakesOf(setting: Setting<unknown>, { kind, text }: Source): string[] {
  if (text === null || setting.parse(text) !== undefined) return [];
  const origin = kind === "flag" ? `--${setting.key}` : environmentName(setting.key);
  return [`${origin} is ${shownText(text)}; it must be ${expected(setting)}`];
}

/** Returns the path of the configuration file, and the flag or the variable that names it. */
function fileOf(flags: Environment, environment: Environment): { text: string; origin: string } | undefined {
  const { key } = configurationFlag;
  const variable = environmentName(key);
  const [text, origin] = flags[key] !== undefined ? [flags[key], `--${key}`] : [environment[variable], variable];
  if (text !== undefined && path.parse(text) === undefined) {
    throw new SettingError(`${origin} is ${shownText(text)}; it must be a file, such as /etc/lading/lading.yml`);
  }
  if (text !== undefined) return { text, origin };
  const ofDistribution = environment[pathVariable];
  return ofDistribution ? { text: ofDistribution, origin: pathVariable } : undefined;
}

function parseFlags(flags: readonly string[]): Environment {
  const options = {
    ...Object.fromEntries(flagNames.map((key) => [key, { type: "string" as const }])),
    [ignoreUnsupportedFlag.key]: { type: "boolean" as const },
  };
  const { tokens } = parseArgs({ args: [...flags], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new SettingError(unexpected(token.value));
    if (token.kind === "option-terminator") continue;
    if (!flagNames.includes(token.name)) throw new SettingError(unknown(token.rawName, token.name));
    const value = token.value ?? (token.name === ignoreUnsupportedFlag.key ? "on" : undefined);
    if (value === undefined) throw new SettingError(`--${token.name} needs a value; ${howToList}`);
    values[token.name] = value;
  }
  return values;
}

function unexpected(argument: string): string {
  const meant = meantBy(argument);
  const flag = /\.ya?ml$/.test(argument) ? `--config ${shownName(argument)}` : meant && `--${meant}`;
  const advice = flag === undefined ? "write --name value or --name=value." : `did you mean ${flag}?`;
  return `${shownText(argument)} does not belong to a flag; ${advice} ${howToList}`;
}

function unknown(flag: string, name: string): string {
  const meant = meantBy(name);
  const advice = meant === undefined ? `the most common flags are ${mostUsed}` : `did you mean --${meant}?`;
  return `there is no flag ${shownName(flag)}; ${advice} ${howToList}`;
}

const mostUsed = "--listen, --data, --workers, --tls-cert, --tls-key and --log;";

/** Refuses `npm start --listen X` without `--`: npm takes the flag as its own setting and passes on only the value. */
function refuseFlagsOfNpm(environment: Environment): void {
  if (environment["npm_lifecycle_event"] !== "start") return;
  const consumed = flagNames.filter((key) => environment[`npm_config_${key.replaceAll("-", "_")}`] !== undefined);
  if (consumed.length === 0) return;
  const flags = consumed.map((key) => `--${key}`);
  throw new SettingError(
    `npm took ${flags.join(" and ")} as its own setting; write -- before the flags: npm start -- ${flags.join(" ... ")} ...`,
  );
}
