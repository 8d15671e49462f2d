import { parseArgs } from "node:util";
import { nearestName } from "../base/nearest-name.ts";
import { defaultOf, environmentName, settings, type Setting, type Settings } from "./settings.ts";

/** What a person has to change before the registry can start; shown as one line. */
export class SettingError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

const all: readonly Setting<unknown>[] = Object.values(settings);
const keys = all.map(({ key }) => key);
const howToList = "'npm start -- --help' lists all flags";

/** A flag wins over the environment, the environment over the default. */
export function loadSettings(flags: readonly string[], environment: Environment): Settings {
  refuseKeptByNpm(environment);
  const given = parseFlags(flags);
  refuseMisspelt(environment);
  const loaded = Object.entries(settings).map(([name, setting]) => [name, load(setting, given, environment)]);
  const whole = Object.fromEntries(loaded) as Settings;
  refuseHalfPair(whole);
  refuseEmptySpan(whole);
  refuseIdleConversion(whole);
  return whole;
}

function refuseHalfPair({ tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const [given, missing] = tlsKey === undefined ? ["cert", "key"] : ["key", "cert"];
  throw new SettingError(
    `--tls-${given} needs --tls-${missing} (${environmentName(`tls-${missing}`)}) beside it; leave out both for plain HTTP`,
  );
}

function refuseIdleConversion({ legacy, schema1Conversion }: Settings): void {
  if (legacy || !schema1Conversion) return;
  throw new SettingError("--schema1-conversion on needs --legacy on");
}

function refuseEmptySpan({ chunkMinimum, chunkMaximum }: Settings): void {
  if (chunkMaximum === 0 || chunkMinimum <= chunkMaximum) return;
  throw new SettingError(
    `--chunk-minimum is ${chunkMinimum}, and --chunk-maximum is ${chunkMaximum}; the minimum has to be at most the maximum`,
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
    throw new SettingError(`${origin} is ${JSON.stringify(text)}; it has to be ${expected}`);
  }
  return value;
}

/** Forms that are a noun, and not a pattern. */
const nouns: ReadonlySet<string> = new Set(["directory", "path", "PEM file"]);

function withArticle(form: string): string {
  return nouns.has(form) ? `a ${form}` : form;
}

function parseFlags(flags: readonly string[]): Environment {
  const options = Object.fromEntries(keys.map((key) => [key, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...flags], options, strict: false, allowPositionals: true, tokens: true });
  const given: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new SettingError(unexpected(token.value));
    if (token.kind === "option-terminator") continue;
    if (!keys.includes(token.name)) throw new SettingError(unknown(token.rawName, token.name));
    if (token.value === undefined) throw new SettingError(`--${token.name} needs a value; ${howToList}`);
    given[token.name] = token.value;
  }
  return given;
}

function unexpected(argument: string): string {
  return `${JSON.stringify(argument)} belongs to no flag; write --name value or --name=value. ${howToList}`;
}

function unknown(flag: string, name: string): string {
  const meant = meantBy(name);
  const advice = meant === undefined ? `the most used are ${mostUsed}` : `did you mean --${meant}?`;
  return `there is no flag ${flag}; ${advice} ${howToList}`;
}

const mostUsed = "--listen, --data, --workers, --tls-cert, --tls-key and --log;";

/** By its spelling, or by what other programs call it. */
function meantBy(name: string): string | undefined {
  const known = all.find(({ otherNames }) => otherNames?.includes(name.toLowerCase()) === true);
  return known?.key ?? nearestName(name, keys);
}

const prefix = environmentName("");

/** Variables that name no setting, in whatever case. */
function strangers(environment: Environment): string[] {
  const known = new Set(keys.map(environmentName));
  return Object.entries(environment)
    .filter(([variable, value = ""]) => {
      return variable.toUpperCase().startsWith(prefix) && !known.has(variable) && !isOfKubernetes(variable, value);
    })
    .map(([variable]) => variable);
}

/** Kubernetes makes such variables for each service, and one may be called like us. */
function isOfKubernetes(variable: string, value: string): boolean {
  const rest = variable.slice(prefix.length);
  return rest === "PORT" ? /^(tcp|udp):/.test(value) : /^(SERVICE_(HOST|PORT\w*)|PORT_\d+_(TCP|UDP)\w*)$/.test(rest);
}

function refuseMisspelt(environment: Environment): void {
  for (const variable of strangers(environment)) {
    const meant = meantBy(variable.slice(prefix.length).replaceAll("_", "-"));
    if (meant === undefined) continue;
    throw new SettingError(
      `there is no setting for the environment variable ${variable}; did you mean ${environmentName(meant)}? ` +
        "Otherwise remove it",
    );
  }
}

/** Variables that look like settings and are like none; they are ignored, and said to be. */
export function ignoredVariables(environment: Environment): string[] {
  return strangers(environment);
}

/** `npm start --listen X`, without `--`: npm takes the name for one of its settings, and passes on the rest. */
function refuseKeptByNpm(environment: Environment): void {
  if (environment["npm_lifecycle_event"] !== "start") return;
  const kept = keys.filter((key) => environment[`npm_config_${key.replaceAll("-", "_")}`] !== undefined);
  if (kept.length === 0) return;
  const flags = kept.map((key) => `--${key}`);
  throw new SettingError(
    `npm took ${flags.join(" and ")} for itself; write -- before the flags: npm start -- ${flags.join(" ... ")} ...`,
  );
}
