import { CertificateError } from "../../base/certificate.ts";
import type { Configuration, Source } from "../../config/configuration.ts";
import { keyPath } from "../../config/setting-names.ts";
import { environmentName } from "../../config/settings.ts";
import { readPair } from "../../server/renewal.ts";
import { failCertificate, print } from "../output.ts";
import { withConfiguration } from "../with-configuration.ts";

/** Runs `lading config check`, and resolves to the exit code. */
export function checkConfiguration(flags: readonly string[]): Promise<number> {
  return withConfiguration(flags, check);
}

async function check(configuration: Configuration): Promise<number> {
  try {
    await readPair(configuration.settings);
  } catch (error) {
    if (error instanceof CertificateError) return failCertificate(error, configuration);
    throw error;
  }
  print(...linesOf(configuration));
  return 0;
}

function linesOf({ file, notes, sources }: Configuration): string[] {
  const width = Math.max(...[...sources.keys()].map((key) => keyPath(key).length));
  const lines = [...sources].map(
    ([key, source]) => `${keyPath(key).padEnd(width)}  ${source.text ?? "none"}  (${originOf(key, source)})`,
  );
  const messages = notes.map(({ message }) => message);
  return [`configuration file: ${file ?? "none"}`, ...lines, ...messages, "the settings are valid"];
}

function originOf(key: string, source: Source): string {
  if (source.kind === "file") return source.name === undefined ? source.place : `${source.place}: ${source.name}`;
  if (source.kind === "environment") return environmentName(key);
  return source.kind === "flag" ? `--${key}` : "default";
}
