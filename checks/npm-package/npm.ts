/** The output of a program that has exited. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The variables of this process, without the settings of an npm that has started it. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|LADING_)/i.test(name)));

/** Runs npm in a folder. */
export function npm(cwd: string, ...parameters: readonly string[]): Promise<Output> {
  return run(["npm", ...parameters], cwd);
}

/** Runs npm in a folder. Throws if npm fails, or if it warns about scripts. */
export async function npmOrThrow(cwd: string, ...parameters: readonly string[]): Promise<Output> {
  const output = await npm(cwd, ...parameters);
  if (output.code !== 0 || output.stderr.includes("install-scripts"))
    throw new Error(`npm ${parameters.join(" ")}: ${output.stderr}`);
  return output;
}

/** Runs a program to its end. */
export async function run(command: readonly string[], cwd: string): Promise<Output> {
  const child = Bun.spawn([...command], {
    cwd,
    env: environment,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = [new Response(child.stdout).text(), new Response(child.stderr).text()];
  const [stdout, stderr] = (await Promise.all(texts)) as [string, string];
  return { code: await child.exited, stdout, stderr };
}
