import { resolve } from "node:path";
import { PrivateFileError } from "../../base/fs/private-file.ts";
import { loadSettings, SettingError } from "../../config/load.ts";
import { readSigningKey, signingKeyFile } from "../../registry/legacy/signing-key.ts";
import { fail } from "../output.ts";

/** Lists the registry's keys, one a line, without their private parts. A registry that runs goes on. */
export async function keys(flags: readonly string[]): Promise<number> {
  try {
    const data = resolve(loadSettings(flags, process.env).data);
    const key = await readSigningKey(data);
    if (key) process.stdout.write(`${key.keyId} ${key.algorithm} ${signingKeyFile(data)}\n`);
    else process.stdout.write(`lading: there is no key in ${data}; the first start makes one, unless legacy is off\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SettingError) && !(error instanceof PrivateFileError)) throw error;
    return fail(error.message, error instanceof SettingError ? 2 : 1);
  }
}
