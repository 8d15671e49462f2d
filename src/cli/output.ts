import { writeSync } from "node:fs";
import type { CertificateError } from "../base/certificate.ts";
import { nearestName } from "../base/nearest-name.ts";
import { printable, shownMessage, shownText } from "../base/shown-text.ts";
import type { Configuration } from "../config/configuration.ts";
import type { SettingError } from "../config/setting-error.ts";
import { commands, type CommandName } from "./commands.ts";

/**
 * Handles errors of standard output and standard error, such as a closed pipe. A running registry continues without a reader.
 * Any other command exits with the code that a shell expects after a broken pipe, for example if its output goes to `head`.
 */
export function surviveReaders(serving: boolean): void {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (!serving) process.exit(code === "EPIPE" ? 141 : 1);
  });
  process.stderr.on("error", () => undefined);
}

/**
 * Prints lines on standard output. It replaces control characters, because the lines may contain text of registries and images
 * that would otherwise control the terminal.
 */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** Prints one line on standard error and returns the exit code. The process may exit at once: the line is written before. */
export function fail(message: string, code: number): number {
  const line = `lading: ${shownMessage(message)}\n`;
  try {
    writeSync(process.stderr.fd, line);
  } catch {
    // There is no reader, or it is slow.
    process.stderr.write(line);
  }
  return code;
}

/** Prints each mistake in the settings as one line on standard error, and returns the exit code. */
export function failSettings({ mistakes }: SettingError): number {
  for (const mistake of mistakes) fail(mistake, 2);
  return 2;
}

/** Prints what is wrong with a file of the certificate, and returns the exit code. */
export function failCertificate({ file, message }: CertificateError, configuration: Configuration): number {
  return fail(`${configuration.nameOf(`tls-${file}`)}: ${message}`, 2);
}

/** Prints that a command does not exist, and returns the exit code. */
export function failUnknown(command: string): number {
  const meant = nearestName(command, [...Object.keys(commands), "--help", "--version"]);
  const advice = meant === undefined ? "" : ` did you mean ${meant}?`;
  return fail(`there is no command ${shownText(command)};${advice} 'lading help' lists them`, 2);
}

/** Prints that a command follows `serve`, which `npm start` adds itself, and returns the exit code. */
export function failSecondCommand(word: string, meant: CommandName): number {
  const advice =
    meant === "serve"
      ? "did you mean serve? 'npm start' runs it without this word"
      : `did you mean the command ${meant}? Run it with 'node_modules/.bin/bun src/cli/main.ts ${meant}'`;
  return fail(`${shownText(word)} does not belong to a flag; ${advice}`, 2);
}
