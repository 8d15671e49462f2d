/** The registry of Docker and Debian (distribution 2.8), for tests that compare with it. */
import { hasProgram } from "./started.ts";
import { until } from "./until.ts";

const program = "docker-registry";

/** Whether the program is installed. Debian's package has its name. */
export const hasDockerRegistry = hasProgram(program, "--version");

/** A running registry. `await using` stops it at the end of the block. */
export interface DockerRegistry extends AsyncDisposable {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the registry with a configuration file and variables, and returns when it listens. */
export async function startDockerRegistry(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<DockerRegistry> {
  const child = Bun.spawn([program, "serve", file], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  let log = "";
  // A Go program ends if its standard error is closed, so the log is read to its end.
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  const stop = async () => {
    child.kill("SIGKILL");
    await Promise.all([child.exited, reading]);
  };
  const address = () => /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
  try {
    await until(() => address() !== undefined || child.exitCode !== null, 30);
  } catch {
    await stop();
  }
  if (address() === undefined) throw new Error(`${program} does not listen: ${log}`);
  return { url: `http://${address()}`, stop, [Symbol.asyncDispose]: stop };
}
