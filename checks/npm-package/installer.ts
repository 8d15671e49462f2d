import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { npmOrThrow } from "./npm.ts";

/** Installs the tarball with npm, each time in a new folder next to it. */
export class Installer {
  readonly tarball: string;

  constructor(tarball: string) {
    this.tarball = tarball;
  }

  /** A new folder that every user can read. */
  folder(): string {
    const path = mkdtempSync(join(dirname(this.tarball), "empty-"));
    chmodSync(path, 0o755);
    return path;
  }

  /** Installs into a prefix, and returns the path of the command. */
  async globally(...flags: readonly string[]): Promise<string> {
    const prefix = this.folder();
    // npm expects the folder with --strict-allow-scripts.
    mkdirSync(join(prefix, "lib"));
    await npmOrThrow(prefix, "install", "--global", "--prefix", prefix, ...flags, this.tarball);
    return join(prefix, "bin", "lading");
  }

  /** Installs into a project, and returns its folder. */
  async locally(...flags: readonly string[]): Promise<string> {
    const project = this.folder();
    writeFileSync(join(project, "package.json"), '{ "private": true }');
    await npmOrThrow(project, "install", ...flags, this.tarball);
    requireNoScripts(project);
    return project;
  }
}

/** Policies for install scripts have nothing to refuse if no installed package has one. */
function requireNoScripts(project: string): void {
  const lock = readFileSync(join(project, "package-lock.json"), "utf8");
  if (lock.includes("hasInstallScript")) throw new Error("an installed package has an install script");
}
