import { chmodSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { fromSource } from "../../test/support/command.ts";
import { Sandbox } from "./sandbox.ts";

/** A folder with a copy of the executable, and the command lines that start it there. */
export class Place extends Sandbox {
  /** The executable alone, with no file of the checkout next to it. */
  readonly executable: string;
  /** The source, with a copy of the runtime: no other process shares its memory. */
  readonly source: readonly string[];

  constructor(path: string, built: string) {
    const executable = copy(built, join(path, "lading"));
    super(path, [executable]);
    const [runtime, ...program] = fromSource;
    this.executable = executable;
    this.source = [copy(runtime!, join(path, "runtime")), ...program];
  }
}

function copy(from: string, to: string): string {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
  return to;
}
