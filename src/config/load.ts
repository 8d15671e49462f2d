import { parseArgs } from "node:util";
import { defaultOf, environmentName, settings, type Setting, type Settings } from "./settings.ts";

/** What a person has to change before the registry can start; shown as one line. */
export class SettingError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>;

/** A flag wins over the environment, the environment over the default. */
export function loadSettings(flags: readonly string[], environment: Environment): Settings {
  const given = parseFlags(flags);
  const loaded = Object.entries(settings).map(([name, setting]) => [name, load(setting, given, environment)]);
  const whole = Object.fromEntries(loaded) as Settings;
  refuseHalfPair(whole);
  refuseEmptySpan(whole);
  return whole;
}

function refuseHalfPair({ tlsCert, tlsKey }: Settings): void {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return;
  const [given, missing] = tlsKey === undefined ? ["cert", "key"] : ["key", "cert"];
  throw new SettingError(
    `--tls-${given} needs --tls-${missing} (${environmentName(`tls-${missing}`)}) beside it; leave out both for plain HTTP`,
  );
}

function refuseEmptySpan({ chunkMinimum, chunkMaximum }: Settings): void {
  if (chunkMaximum === 0 || chunkMinimum <= chunkMaximum) return;
  throw new SettingError(
    `--chunk-minimum is ${chunkMinimum}, and --chunk-maximum is ${chunkMaximum}; the minimum has to be at most the maximum`,
  );
}

function load(setting: Setting<unknown>, flags: Environment, environment: Environment): unknown {
  const { key, form, parse, example = setting.default } = setting;
  const variable = environmentName(key);
  const [text, origin] = flags[key] !== undefined ? [flags[key], `--${key}`] : [environment[variable], variable];
  if (text === undefined) return defaultOf(setting);
  const value = parse(text);
  if (value === undefined) {
    throw new SettingError(`${origin} is ${JSON.stringify(text)}; it has to be ${form}, such as ${example}`);
  }
  return value;
}

function parseFlags(flags: readonly string[]): Environment {
  const options = Object.fromEntries(Object.values(settings).map(({ key }) => [key, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...flags], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new SettingError(
      `${reasonOf(error)}; the flags are ${Object.keys(options)
        .map((key) => `--${key}`)
        .join(", ")}`,
    );
  }
}

/** The first sentence of what the parser says; the rest is advice about shells. */
function reasonOf(error: unknown): string {
  return (error as Error).message.split(/\.\s/)[0]!.replace(/\.$/, "");
}
