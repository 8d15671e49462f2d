import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** A package cannot be downloaded. The message says why, and what to do. */
export class PackageError extends Error {}

/** `Apt` downloads Debian packages for any processor. It has separate lists, and changes nothing of the machine. */
export class Apt {
  readonly #folder: string;
  readonly #options: readonly string[];

  /** `folder` is an empty folder for the lists; `sources` is a file of package sources to use instead of the machine's. */
  constructor(folder: string, architecture: string, sources: string | undefined) {
    this.#folder = folder;
    for (const name of ["lists/partial", "archives/partial", "packages"])
      mkdirSync(join(folder, name), { recursive: true });
    const settings = {
      "APT::Architecture": architecture,
      "APT::Architectures": architecture,
      "Dir::State::Lists": join(folder, "lists"),
      "Dir::State::status": "/dev/null",
      "Dir::Cache": folder,
      "Acquire::Languages": "none",
      "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
      // The user without privileges that apt would change to may not write here.
      "APT::Sandbox::User": "root",
      ...(sources !== undefined && { "Dir::Etc::SourceList": sources, "Dir::Etc::SourceParts": "/dev/null" }),
    };
    this.#options = ["-qq", ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
  }

  /** Reads the lists of packages. A source that does not have this processor is no failure: another one may. */
  update(): void {
    if (Bun.which("apt-get") === null)
      throw new PackageError("there is no apt-get: the image is built on Debian or Ubuntu");
    this.#run("update");
  }

  /** Downloads a package, as `name` or `name=version`, and returns the path of its file. Throws if no source has it. */
  download(name: string): string {
    const folder = join(this.#folder, "packages", name);
    mkdirSync(folder);
    const { success, output } = this.#run("download", name, folder);
    const [file] = new Bun.Glob("*.deb").scanSync(folder);
    if (success && file !== undefined) return join(folder, file);
    throw new PackageError(`apt-get cannot download ${name}: ${output}`);
  }

  #run(command: string, name?: string, cwd = this.#folder): { success: boolean; output: string } {
    const words = ["apt-get", ...this.#options, command, ...(name === undefined ? [] : [name])];
    const env = { ...process.env, LC_ALL: "C" };
    const { success, stderr } = Bun.spawnSync(words, { cwd, env, stdout: "ignore", stderr: "pipe" });
    return { success, output: stderr.toString().trim() };
  }
}
