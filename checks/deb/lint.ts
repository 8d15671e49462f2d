import { join } from "node:path";
import { leastLibc } from "../../tools/deb/control.ts";
import { Skip, type Report } from "../streaming/report.ts";

/** The highest rating of `systemd-analyze security` that counts as well protected. 10 is a service without a sandbox. */
const mostExposure = 2;
const completions: Readonly<Record<string, string>> = {
  bash: "usr/share/bash-completion/completions/lading",
  zsh: "usr/share/zsh/vendor-completions/_lading",
  fish: "usr/share/fish/vendor_completions.d/lading.fish",
};

/** Checks the package without installing it. `folder` is an empty folder for its files. */
export async function lint(report: Report, file: string, folder: string): Promise<void> {
  await run("dpkg-deb", "--extract", file, folder);
  await report.test("lintian has no error", () => runLintian(file));
  const exposure = `the sandbox of the unit has an exposure of at most ${mostExposure}.0`;
  await report.test(exposure, () => rate(join(folder, "usr/lib/systemd/system/lading.service")));
  const libc = "the dependency on the C library is the version that the executable needs";
  await report.test(libc, () => requireLibc(join(folder, "usr/bin/lading")));
  const page = join(folder, "usr/share/man/man1/lading.1.gz");
  await report.test("man shows the manual page without a warning", () => showManual(page));
  for (const [shell, path] of Object.entries(completions)) {
    await report.test(`${shell} accepts the completion`, () => parseCompletion(shell, join(folder, path)));
  }
}

async function runLintian(file: string): Promise<string> {
  // Without --allow-root, lintian warns.
  const output = await run("lintian", "--allow-root", "--fail-on", "error", file);
  return output === "" ? "and no warning" : output.replaceAll("\n", "; ");
}

async function rate(unit: string): Promise<string> {
  const threshold = `--threshold=${mostExposure * 10}`;
  const output = await run("systemd-analyze", "security", "--offline=true", threshold, unit);
  return /exposure level for \S+: ([\d.]+)/.exec(output)![1]!;
}

async function requireLibc(executable: string): Promise<string> {
  const symbols = await run("readelf", "--version-info", "--wide", executable);
  const versions = [...symbols.matchAll(/GLIBC_(\d+\.\d+)/g)].map(([, version]) => version!);
  const newest = versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  if (newest !== leastLibc) throw new Error(`it needs ${newest}; the package has ${leastLibc}`);
  return newest;
}

async function showManual(page: string): Promise<string> {
  const output = await run("man", "--warnings", "--local-file", page);
  if (!output.includes("config check") || /warning:/.test(output)) throw new Error(output.slice(0, 500));
  return `${output.split("\n").length} lines`;
}

async function parseCompletion(shell: string, path: string): Promise<string> {
  await run(shell, shell === "fish" ? "--no-execute" : "-n", path);
  return "no error";
}

/** Runs a program that must succeed, and returns both of its outputs. */
async function run(program: string, ...parameters: readonly string[]): Promise<string> {
  if (Bun.which(program) === null) throw new Skip(`${program} is not installed`);
  const child = Bun.spawn([program, ...parameters], {
    env: { ...process.env, LC_ALL: "C.UTF-8", MANWIDTH: "80", MANPAGER: "cat" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const texts = await Promise.all([child.stdout, child.stderr].map((stream) => new Response(stream).text()));
  const output = texts.join("").trim();
  if ((await child.exited) !== 0) throw new Error(`${program}: ${output}`);
  return output;
}
