/** Makes system calls of a running process fail, with strace. */
import { until } from "../../test/support/until.ts";

export interface Injection {
  readonly call: "pwrite64" | "fsync" | "fdatasync" | "pread64" | "ftruncate" | "openat";
  readonly error: "EIO" | "ENOSPC" | "EDQUOT" | "EMFILE";
  /** Which call of each thread fails: the n-th, or with `+` the n-th and all later ones. */
  readonly when: string;
}

export interface Injecting {
  /** Ends the injection, and returns the number of failed calls. */
  end(): Promise<number>;
}

/** Why injections are not possible; undefined if they are. */
export function injectionsMissing(): string | undefined {
  if (Bun.which("strace") === null) return "there is no strace";
  const tried = Bun.spawnSync(["strace", "-qq", "-e", "inject=fsync:error=EIO", "true"], { stderr: "pipe" });
  return tried.success ? undefined : `strace does not work here: ${tried.stderr.toString().trim().split("\n").at(-1)}`;
}

export async function inject(pid: number, { call, error, when }: Injection): Promise<Injecting> {
  const strace = Bun.spawn(
    ["strace", "-f", "-p", String(pid), "-e", `trace=${call}`, "-e", `inject=${call}:error=${error}:when=${when}`],
    { stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  );
  let text = "";
  const read = (async () => {
    for await (const piece of strace.stderr.pipeThrough(new TextDecoderStream())) text += piece;
  })();
  await until(() => text.includes("attached") || strace.exitCode !== null);
  return {
    async end() {
      strace.kill("SIGINT");
      await strace.exited;
      await read;
      return text.split("(INJECTED)").length - 1;
    },
  };
}
