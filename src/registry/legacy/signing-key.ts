/** The registry's signing key. It signs the manifests that Lading makes for old clients. It gives no access. */
import { join } from "node:path";
import { legacyLimits } from "./limits.ts";
import { makePrivateFile, PrivateFileError, readPrivateFile } from "../../base/fs/private-file.ts";
import { exportSigningKey, generateSigningKey, importSigningKey, type SigningKey } from "../../docker/schema1/key.ts";
import { SignatureError } from "../../docker/schema1/signature-error.ts";

/** The path of the signing key in a data directory. */
export function signingKeyFile(data: string): string {
  return join(data, "signing-key.json");
}

/**
 * Reads the signing key; undefined if the file does not exist. Throws a PrivateFileError if the file cannot be used.
 */
export async function readSigningKey(data: string): Promise<SigningKey | undefined> {
  const file = signingKeyFile(data);
  const text = await readPrivateFile(file, legacyLimits.signingKeyFileBytes);
  if (text === undefined) return undefined;
  try {
    return importSigningKey(text);
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new PrivateFileError(
      `${file} has no valid signing key: ${error.message}; correct the file, or remove it to get a new key`,
    );
  }
}

/**
 * Returns the signing key of the data directory, and makes one if none exists. This process must have the lock of the
 * directory.
 */
export async function openSigningKey(data: string): Promise<SigningKey> {
  const existing = await readSigningKey(data);
  if (existing) return existing;
  const made = generateSigningKey();
  await makePrivateFile(signingKeyFile(data), exportSigningKey(made, "jwk"));
  return made;
}
