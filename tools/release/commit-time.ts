/**
 * Returns the time of the current commit. Published files have it instead of the time of the build, so that the same commit
 * gives the same bytes. Outside of a checkout it is the start of 1970.
 */
export function commitTime(checkout: string): Date {
  const command = ["git", "show", "--no-patch", "--format=%ct", "HEAD"];
  const text =
    Bun.which("git") === null ? "" : Bun.spawnSync(command, { cwd: checkout, stderr: "ignore" }).stdout.toString();
  return new Date(Number(text) * 1000);
}
