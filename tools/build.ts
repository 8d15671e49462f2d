/** Builds the executable of this machine, or of all machines: `npm run build`. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { commitOf, installations, type BuildInfo } from "../src/cli/build-info.ts";
import { compile, type Compilation } from "./build/compile.ts";
import { checksumOf, runtimeOf } from "./build/runtimes.ts";
import { targets } from "./build/targets.ts";

const usage = `usage: npm run build [-- [--all] [--installation NAME]]
  Writes dist/lading, the executable for this machine, and prints its size and its SHA-256.
  --all                also writes dist/lading-NAME for ${Object.keys(targets).join(", ")};
                       downloads the runtimes for other machines from the npm registry, and verifies them
  --installation NAME  what 'lading version --json' prints: ${installations.slice(1).join(", ")} (executable)`;

const root = join(import.meta.dir, "..");
const cache = join(root, "build", "runtimes");

interface Choices {
  readonly all: boolean;
  readonly info: BuildInfo;
}

function choices(): Choices {
  const options = {
    all: { type: "boolean", default: false },
    installation: { type: "string", default: "executable" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const { values } = parseArgs({ options });
    if (values.help) end(usage, 0);
    const installation = installations.slice(1).find((name) => name === values.installation);
    if (installation === undefined) throw new Error(`there is no installation ${values.installation}`);
    return { all: values.all, info: { commit: commitOf(root), installation } };
  } catch (error) {
    return end(`${(error as Error).message}\n${usage}`, 2);
  }
}

function end(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}

async function build(name: string, compilation: Omit<Compilation, "outfile">): Promise<void> {
  const outfile = join(root, "dist", name);
  await compile({ ...compilation, outfile });
  const megabytes = (statSync(outfile).size / 1e6).toFixed(1);
  process.stdout.write(`${checksumOf(outfile)}  dist/${name}  ${megabytes} MB\n`);
}

const { all, info } = choices();
// The executable contains the paths of the source, relative to the current folder. The same commit gives the same bytes.
process.chdir(root);
await build("lading", { runtime: process.execPath, info });
if (all) {
  for (const [name, target] of Object.entries(targets)) {
    await build(`lading-${name}`, { runtime: runtimeOf(target.runtime, cache), target, info });
  }
}
