import { resolve } from "node:path";
import { PrivateFileError } from "../../base/fs/private-file.ts";
import { loadSettings, SettingError } from "../../config/load.ts";
import { readSigningKey, signingKeyFile } from "../../registry/legacy/signing-key.ts";
import { fail, failSettings } from "../output.ts";

/**
 * Prints the public data of the registry's signing key, and resolves to the exit code. It does not disturb a running
 * registry.
 */
export async function keys(flags: readonly string[]): Promise<number> {
  try {
    const data = resolve(loadSettings(flags, process.env).data);
    const key = await readSigningKey(data);
    if (key) process.stdout.write(`${key.keyId} ${key.algorithm} ${signingKeyFile(data)}\n`);
    else
      process.stdout.write(`lading: ${data} has no signing key; the first start creates one, unless legacy is off\n`);
    return 0;
  } catch (error) {
    if (error instanceof SettingError) return failSettings(error);
    if (error instanceof PrivateFileError) return fail(error.message, 1);
    throw error;
  }
}
