import { basename } from "node:path";

/** Runs a program to its end, and returns its output. Throws an error with the output if it fails. */
export async function run(command: readonly string[], timeoutMs: number): Promise<string> {
  const child = Bun.spawn([...command], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${basename(command[0]!)} ended with ${code}: ${`${out}${err}`.trim().slice(-500)}`);
  return `${out}${err}`;
}
