import { nearestName } from "../base/nearest-name.ts";
import { commands } from "./commands.ts";

/**
 * Says what a reader that has gone means. A registry goes on serving without it. Any other command ends as the shell expects
 * of a program that a broken pipe ended: who pipes into `head` has read enough.
 */
export function surviveReaders(serving: boolean): void {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (!serving) process.exit(code === "EPIPE" ? 141 : 1);
  });
  process.stderr.on("error", () => undefined);
}

/**
 * Lines on standard output. They may hold words of registries and images: a terminal shall not be told to do anything by
 * them.
 */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** One line on standard error; returns the exit code. */
export function fail(message: string, code: number): number {
  process.stderr.write(`lading: ${printable(message)}\n`);
  return code;
}

export function failUnknown(command: string): number {
  const meant = nearestName(command, Object.keys(commands));
  const advice = meant === undefined ? "" : ` did you mean ${meant}?`;
  return fail(`there is no command ${JSON.stringify(command)};${advice} 'lading help' lists them`, 2);
}

function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, "\u{fffd}");
}
