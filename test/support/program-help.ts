/**
 * Prints the usage of a program and exits, if `--help` or `-h` is among its arguments. Call it before the arguments
 * are read.
 */
export function helpFor(usage: string): void {
  if (!process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) return;
  process.stdout.write(`${usage.trimEnd()}\n`);
  process.exit(0);
}
