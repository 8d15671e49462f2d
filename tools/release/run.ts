/** Runs a program to its end and returns what it prints. Throws with its errors if it fails. */
export function run(command: readonly string[], cwd: string): string {
  const { success, stdout, stderr } = Bun.spawnSync([...command], { cwd, stdin: "ignore", stderr: "pipe" });
  if (success) return stdout.toString();
  throw new Error(`${command.join(" ")} failed: ${stderr.toString().trim()}`);
}
