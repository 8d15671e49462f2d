import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../test/support/started.ts";
import { run, type Output } from "../npm-package/npm.ts";

/** A clone of the current commit, in which releases are made. */
export class Clone {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, "source");
  }

  /** Clones the checkout into a folder. */
  static async of(folder: string): Promise<Clone> {
    const { code, stderr } = await run(["git", "clone", "--quiet", root, join(folder, "source")], folder);
    if (code !== 0) throw new Error(`git clone: ${stderr}`);
    const clone = new Clone(folder);
    clone.git("config", "user.name", "release check");
    clone.git("config", "user.email", "release@registry.example");
    // The tags of the checkout are not part of the check.
    for (const tag of clone.git("tag", "--list").split("\n").filter(Boolean)) clone.git("tag", "--delete", tag);
    return clone;
  }

  /** The path of something next to the clone. */
  place(name: string): string {
    return join(this.#folder, name);
  }

  /** Runs git in the clone, and returns what it prints. */
  git(...words: readonly string[]): string {
    const { success, stdout, stderr } = Bun.spawnSync(["git", ...words], { cwd: this.path });
    if (!success) throw new Error(`git ${words.join(" ")}: ${stderr.toString()}`);
    return stdout.toString().trim();
  }

  /** Runs the release, which must succeed, and returns what it prints. */
  async release(version: string, ...flags: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#run(version, ...flags);
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return stdout;
  }

  /** Runs the release, which must be refused with this reason and without a tag. */
  async requireRefusal(version: string, reason: string): Promise<string> {
    const tags = this.git("tag", "--list");
    const output = this.place("refused");
    const { code, stderr } = await this.#run(version, "--only-this-machine", "--output", output);
    if (code !== 1 || !stderr.includes(reason)) throw new Error(`exit code ${code}: ${stderr}`);
    if (this.git("tag", "--list") !== tags) throw new Error("there is a new tag");
    return reason;
  }

  /** Compares the artifacts of two releases. Their provenance differs, because it has the time of the build. */
  requireSameArtifacts(...folders: readonly [string, string]): void {
    const [first, second] = folders.map((folder) =>
      readFileSync(join(this.place(folder), "SHA256SUMS"), "utf8").replace(/^.*\.intoto\.json\n/m, ""),
    );
    if (first !== second) throw new Error(`the checksums are ${first} and ${second}`);
  }

  #run(...parameters: readonly string[]): Promise<Output> {
    return run(["npm", "run", "--silent", "release", "--", ...parameters], this.path);
  }
}
