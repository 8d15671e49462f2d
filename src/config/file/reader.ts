import { closeSync, openSync, readSync } from "node:fs";
import { configLimits } from "../limits.ts";
import { SettingError } from "../setting-error.ts";
import { parseYaml } from "./document.ts";
import { parseSettings, type FileSettings } from "./parser.ts";

/**
 * Reads the settings of a configuration file. `origin` is the flag or the variable that names the file. Throws a SettingError
 * with all mistakes of the file.
 */
export function readConfigurationFile(path: string, origin: string): FileSettings {
  return parseSettings(parseYaml(readText(path, origin), path));
}

function readText(path: string, origin: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(path);
  } catch (error) {
    throw new SettingError(`${origin}: ${path} ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
  if (bytes.length > configLimits.configurationFileBytes) {
    const size = `${configLimits.configurationFileBytes / 1024} KiB`;
    throw new SettingError(`${origin}: ${path} is larger than ${size}; it is probably not a configuration file`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SettingError(`${origin}: ${path} is not a text file in UTF-8`);
  }
}

/** Reads at most one byte more than a file may have. The file may be a pipe, which has no size. */
function readBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(configLimits.configurationFileBytes + 1);
  const file = openSync(path, "r");
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "does not exist";
  if (code === "EISDIR") return "is a directory; it must be a file";
  if (code === "EACCES" || code === "EPERM") return "cannot be read: this user has no permission";
  return `cannot be read: ${message}`;
}
