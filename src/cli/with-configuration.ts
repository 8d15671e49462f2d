import type { Configuration } from "../config/configuration.ts";
import { loadConfiguration, SettingError } from "../config/load.ts";
import { failSettings } from "./output.ts";

/**
 * Runs a command with the settings that `lading serve` would have with these flags, and resolves to the exit code. If a
 * setting is wrong, it prints the mistakes and runs nothing.
 */
export async function withConfiguration(
  flags: readonly string[],
  run: (configuration: Configuration) => Promise<number>,
): Promise<number> {
  let configuration: Configuration;
  try {
    configuration = loadConfiguration(flags, process.env);
  } catch (error) {
    if (error instanceof SettingError) return failSettings(error);
    throw error;
  }
  return run(configuration);
}
