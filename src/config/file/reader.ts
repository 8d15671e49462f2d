import { faultOf, readRegularFileSync } from "../../base/fs/regular-file.ts";
import { shownName } from "../../base/shown-text.ts";
import { readDistribution } from "../distribution/reader.ts";
import { warnOfVariables, type Environment } from "../distribution/environment.ts";
import { configLimits } from "../limits.ts";
import { SettingError } from "../setting-error.ts";
import { isMapping, parseYaml, type YamlDocument } from "./document.ts";
import type { FileConfiguration } from "./file-settings.ts";
import { parseSettings } from "./parser.ts";

/**
 * Reads a configuration file, in Lading's format or in that of distribution. `origin` is the flag or the variable that
 * names the file. Variables of distribution count only for a file of distribution. Throws a SettingError if the file
 * cannot be read, or with all mistakes of a file in Lading's format.
 */
export function readConfigurationFile(path: string, origin: string, environment: Environment): FileConfiguration {
  const document = parseYaml(readText(path, origin), path);
  if (isOfDistribution(document)) return readDistribution(document, environment);
  return { settings: parseSettings(document), notes: warnOfVariables(environment) };
}

/** Reads a configuration file of distribution for its conversion. Throws a SettingError if it is another file or wrong. */
export function readForeignConfiguration(path: string, environment: Environment): FileConfiguration {
  const document = parseYaml(readText(path, "config convert"), path);
  if (!isOfDistribution(document))
    throw new SettingError(`${shownName(path)} is no configuration of registry:2: it has no version: 0.1`);
  const file = readDistribution(document, environment);
  const wrong = file.notes.filter(({ effect }) => effect === "wrong");
  if (wrong.length > 0) throw new SettingError(...wrong.map(({ message }) => message));
  return file;
}

/** Returns whether a file is in the format of distribution. Its version is 0.1; Lading's format has none. */
function isOfDistribution({ root }: YamlDocument): boolean {
  return isMapping(root) && (root["version"] === 0.1 || root["version"] === "0.1");
}

function readText(path: string, origin: string): string {
  const bytes = readBytes(path, origin);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SettingError(`${origin}: ${shownName(path)} is not a text file in UTF-8`);
  }
}

/** A pipe is refused: one that nothing is written to would block the start, or look like an empty file. */
function readBytes(path: string, origin: string): Uint8Array {
  try {
    return readRegularFileSync(path, configLimits.configurationFileBytes);
  } catch (error) {
    throw new SettingError(`${origin}: ${shownName(path)} ${faultOf(error)}`);
  }
}
