import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BuildInfo } from "../../src/cli/build-info.ts";
import { signMachO } from "./mach-o-signature.ts";
import type { Target } from "./targets.ts";
import { source, threadFiles } from "./thread-files.ts";

/** What an executable is made for. */
export interface Compilation {
  /** The path of the program; by default, that of the command line of Lading. */
  readonly program?: string;
  /** The path of the executable to write. */
  readonly outfile: string;
  /** The path of the runtime that becomes a part of the executable. */
  readonly runtime: string;
  /** The machine that the runtime is for; by default, this machine. */
  readonly target?: Target;
  readonly info: BuildInfo;
}

const lading = join(source, "cli", "main.ts");

/** Returns the paths of the program and of the files of its threads. Each of them is a separate file in the executable. */
export function entrypoints(program: string = lading): string[] {
  return [program, ...threadFiles().map((file) => join(source, file))];
}

/**
 * Compiles Lading and a runtime into one executable. It contains bytecode, with which it starts faster and uses less
 * memory, and source maps, so that the stack of an error names lines of the source (docs/decisions/0028).
 */
export async function compile({ program, outfile, runtime, target, info }: Compilation): Promise<void> {
  const folder = dirname(outfile);
  mkdirSync(folder, { recursive: true });
  // The compiler also writes the source maps next to the executable. A failed build must not leave a part of a file.
  const scratch = mkdtempSync(join(folder, ".build-"));
  const written = join(scratch, "lading");
  try {
    await Bun.build({
      entrypoints: entrypoints(program),
      root: source,
      naming: { entry: "[dir]/[name].[ext]" },
      target: "bun",
      format: "esm",
      bytecode: true,
      sourcemap: "linked",
      define: { LADING_BUILD: JSON.stringify(info) },
      compile: {
        outfile: written,
        executablePath: runtime,
        ...(target && { target: target.compiler }),
        // The executable takes its settings from its flags, its environment and its configuration file, and from no
        // other file of the folder in which it is started.
        autoloadDotenv: false,
        autoloadBunfig: false,
      },
    });
    if (target?.unsigned) writeFileSync(written, signMachO(readFileSync(written), "lading"));
    renameSync(written, outfile);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
