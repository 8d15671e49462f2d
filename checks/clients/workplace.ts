// The temporary folder of one run, with all files of the clients. It is removed at the end.
import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Workplace {
  readonly root: string;
  /** The environment of every program, without settings, credentials or caches of the user who runs the checks. */
  readonly env: Readonly<Record<string, string>>;
  private lastFolder = 0;

  constructor(toolsFolder: string) {
    this.root = mkdtempSync(join(tmpdir(), "lading-clients-"));
    const path = [toolsFolder, process.env["PATH"] ?? "", "/usr/local/sbin:/usr/sbin:/sbin"].join(":");
    this.env = {
      PATH: path,
      HOME: this.folder("home"),
      TMPDIR: this.folder("tmp"),
      XDG_RUNTIME_DIR: this.folder("run"),
      LC_ALL: "C.UTF-8",
    };
  }

  /** A folder of this name, made when it is not there. */
  folder(name: string): string {
    const path = join(this.root, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** A path that nothing has used yet; nothing is made there. */
  freshPath(name: string): string {
    this.lastFolder++;
    return join(this.folder("scratch"), `${name}-${this.lastFolder}`);
  }

  which(program: string): string | null {
    return Bun.which(program, { PATH: this.env["PATH"] ?? "" });
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
