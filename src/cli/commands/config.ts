import { CertificateError, readCertificate } from "../../base/certificate.ts";
import { nearestName } from "../../base/nearest-name.ts";
import type { Configuration, Source } from "../../config/configuration.ts";
import { loadConfiguration, SettingError } from "../../config/load.ts";
import { keyPath } from "../../config/setting-names.ts";
import { environmentName } from "../../config/settings.ts";
import { commands } from "../commands.ts";
import { fail, failCertificate, failSettings, print } from "../output.ts";

/** Runs `lading config check`, and resolves to the exit code. It starts nothing and writes nothing. */
export async function configCommand([verb, ...flags]: readonly string[]): Promise<number> {
  if (verb !== "check") {
    const wrong =
      verb === undefined ? "the command is incomplete" : `there is no command ${JSON.stringify(`config ${verb}`)}`;
    const advice = verb !== undefined && nearestName(verb, ["check"]) !== undefined ? "; did you mean check?" : "";
    return fail(`${wrong}${advice}; usage: lading ${commands.config.usage}`, 2);
  }
  let configuration: Configuration;
  try {
    configuration = loadConfiguration(flags, process.env);
  } catch (error) {
    if (error instanceof SettingError) return failSettings(error);
    throw error;
  }
  const { tlsCert, tlsKey } = configuration.settings;
  try {
    if (tlsCert !== undefined && tlsKey !== undefined) await readCertificate({ cert: tlsCert, key: tlsKey });
  } catch (error) {
    if (error instanceof CertificateError) return failCertificate(error, configuration);
    throw error;
  }
  print(...linesOf(configuration));
  return 0;
}

function linesOf({ file, sources }: Configuration): string[] {
  const width = Math.max(...[...sources.keys()].map((key) => keyPath(key).length));
  const lines = [...sources].map(
    ([key, source]) => `${keyPath(key).padEnd(width)}  ${source.text ?? "none"}  (${originOf(key, source)})`,
  );
  return [`configuration file: ${file ?? "none"}`, ...lines, "the settings are valid"];
}

function originOf(key: string, source: Source): string {
  if (source.kind === "file") return source.place;
  if (source.kind === "environment") return environmentName(key);
  return source.kind === "flag" ? `--${key}` : "default";
}
