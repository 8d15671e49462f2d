import { parseArgs } from "node:util";
import { nearestName } from "../base/nearest-name.ts";
import { defaultOf, environmentName, settings, type Settings } from "./settings.ts";
import type { Setting } from "./settings/setting.ts";

/** An error in a setting, which the operator has to correct before the registry can start. Its message is one line. */
export class SettingError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

const all: readonly Setting<unknown>[] = Object.values(settings);
const keys = all.map(({ key }) => key);
const howToList = "'npm start -- --help' lists all flags";

/**
 * Loads all settings. A flag overrides the environment variable, and both override the default. Throws a SettingError if a
 * value, a flag or a combination of settings is invalid.
 */
export function loadSettings(flags: readonly string[], environment: Environment): Settings {
  refuseFlagsOfNpm(environment);
  const values = parseFlags(flags);
  refuseMisspelt(environment);
  const loaded = Object.entries(settings).map(([name, setting]) => [name, load(setting, values, environment)]);
  const whole = Object.fromEntries(loaded) as Settings;
  refuseIncompletePair(whole);
  refuseEmptyChunkRange(whole);
  refuseIdleConversion(whole);
  return whole;
}

function refuseIncompletePair({ tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const [present, missing] = tlsKey === undefined ? ["cert", "key"] : ["key", "cert"];
  throw new SettingError(
    `--tls-${present} needs --tls-${missing} (${environmentName(`tls-${missing}`)}) as well; leave out both for plain HTTP`,
  );
}

function refuseIdleConversion({ legacy, schema1Conversion }: Settings): void {
  if (legacy || !schema1Conversion) return;
  throw new SettingError("--schema1-conversion on needs --legacy on");
}

function refuseEmptyChunkRange({ chunkMinimum, chunkMaximum }: Settings): void {
  if (chunkMaximum === 0 || chunkMinimum <= chunkMaximum) return;
  throw new SettingError(
    `--chunk-minimum is ${chunkMinimum} and --chunk-maximum is ${chunkMaximum}; the minimum must not be larger than the maximum`,
  );
}

function load(setting: Setting<unknown>, flags: Environment, environment: Environment): unknown {
  const { key, form, accepts, parse, example = setting.default } = setting;
  const variable = environmentName(key);
  const [text, origin] = flags[key] !== undefined ? [flags[key], `--${key}`] : [environment[variable], variable];
  if (text === undefined) return defaultOf(setting);
  const value = parse(text);
  if (value === undefined) {
    const expected = accepts ?? `${withArticle(form)}, such as ${example}`;
    throw new SettingError(`${origin} is ${JSON.stringify(text)}; it must be ${expected}`);
  }
  return value;
}

/** Forms that are a noun and need an article. The other forms are patterns. */
const nouns: ReadonlySet<string> = new Set(["directory", "path", "PEM file"]);

function withArticle(form: string): string {
  return nouns.has(form) ? `a ${form}` : form;
}

function parseFlags(flags: readonly string[]): Environment {
  const options = Object.fromEntries(keys.map((key) => [key, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...flags], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new SettingError(unexpected(token.value));
    if (token.kind === "option-terminator") continue;
    if (!keys.includes(token.name)) throw new SettingError(unknown(token.rawName, token.name));
    if (token.value === undefined) throw new SettingError(`--${token.name} needs a value; ${howToList}`);
    values[token.name] = token.value;
  }
  return values;
}

function unexpected(argument: string): string {
  return `${JSON.stringify(argument)} does not belong to a flag; write --name value or --name=value. ${howToList}`;
}

function unknown(flag: string, name: string): string {
  const meant = meantBy(name);
  const advice = meant === undefined ? `the most common flags are ${mostUsed}` : `did you mean --${meant}?`;
  return `there is no flag ${flag}; ${advice} ${howToList}`;
}

const mostUsed = "--listen, --data, --workers, --tls-cert, --tls-key and --log;";

/** Returns the setting that the user probably meant: one with a similar spelling, or with this name in other programs. */
function meantBy(name: string): string | undefined {
  const alias = all.find(({ otherNames }) => otherNames?.includes(name.toLowerCase()) === true);
  return alias?.key ?? nearestName(name, keys);
}

const prefix = environmentName("");

/** Returns the variables with Lading's prefix, in upper or lower case, that are not a setting. */
function unknownVariables(environment: Environment): string[] {
  const variables = new Set(keys.map(environmentName));
  return Object.entries(environment)
    .filter(([variable, value = ""]) => {
      return variable.toUpperCase().startsWith(prefix) && !variables.has(variable) && !isOfKubernetes(variable, value);
    })
    .map(([variable]) => variable);
}

/** Returns whether Kubernetes has set the variable. It does so for each service, also for a service called `lading`. */
function isOfKubernetes(variable: string, value: string): boolean {
  const rest = variable.slice(prefix.length);
  return rest === "PORT" ? /^(tcp|udp):/.test(value) : /^(SERVICE_(HOST|PORT\w*)|PORT_\d+_(TCP|UDP)\w*)$/.test(rest);
}

function refuseMisspelt(environment: Environment): void {
  for (const variable of unknownVariables(environment)) {
    const meant = meantBy(variable.slice(prefix.length).replaceAll("_", "-"));
    if (meant === undefined) continue;
    throw new SettingError(
      `there is no setting for the environment variable ${variable}; did you mean ${environmentName(meant)}? ` +
        "Otherwise remove it",
    );
  }
}

/** Returns the variables that have Lading's prefix, but resemble no setting. Lading ignores them and prints a warning. */
export function ignoredVariables(environment: Environment): string[] {
  return unknownVariables(environment);
}

/** Refuses `npm start --listen X` without `--`: npm takes the flag as its own setting and passes on only the value. */
function refuseFlagsOfNpm(environment: Environment): void {
  if (environment["npm_lifecycle_event"] !== "start") return;
  const consumed = keys.filter((key) => environment[`npm_config_${key.replaceAll("-", "_")}`] !== undefined);
  if (consumed.length === 0) return;
  const flags = consumed.map((key) => `--${key}`);
  throw new SettingError(
    `npm took ${flags.join(" and ")} as its own setting; write -- before the flags: npm start -- ${flags.join(" ... ")} ...`,
  );
}
