/** The registry's own key, by which it signs manifests that it writes for old clients. It says nothing of who may do what. */
import { join } from "node:path";
import { legacyLimits } from "./limits.ts";
import { makePrivateFile, PrivateFileError, readPrivateFile } from "../../base/fs/private-file.ts";
import { exportSigningKey, generateSigningKey, importSigningKey, type SigningKey } from "../../docker/schema1/key.ts";
import { SignatureError } from "../../docker/schema1/signature-error.ts";

export function signingKeyFile(data: string): string {
  return join(data, "signing-key.json");
}

/** Undefined where there is none yet. Throws a PrivateFileError where the file cannot be used. */
export async function readSigningKey(data: string): Promise<SigningKey | undefined> {
  const file = signingKeyFile(data);
  const text = await readPrivateFile(file, legacyLimits.signingKeyFileBytes);
  if (text === undefined) return undefined;
  try {
    return importSigningKey(text);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new PrivateFileError(
      `${file} holds no key to sign with: ${error.message}; put it right, or remove it for a new one`,
    );
  }
}

/** The data directory's key; makes one where there is none. The directory is claimed by this process. */
export async function openSigningKey(data: string): Promise<SigningKey> {
  const known = await readSigningKey(data);
  if (known) return known;
  const made = generateSigningKey();
  await makePrivateFile(signingKeyFile(data), exportSigningKey(made, "jwk"));
  return made;
}
