/** Prints how a program is called and ends it, if `--help` or `-h` is among its arguments. To be called before they are read. */
export function helpFor(usage: string): void {
  if (!process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) return;
  process.stdout.write(`${usage.trimEnd()}\n`);
  process.exit(0);
}
