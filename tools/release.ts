/** Makes a release: `npm run release -- VERSION`. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildAll, cloneOf } from "./release/build.ts";
import type { Scope } from "./release/builders.ts";
import { describe } from "./release/documents.ts";
import { mistakesOf, tagOf } from "./release/preconditions.ts";
import { run } from "./release/run.ts";

const usage = `usage: npm run release -- VERSION [--dry-run] [--only-this-machine] [--output DIR]
  Checks the checkout, builds all artifacts from its commit, writes checksums, bill of materials, provenance and release
  notes, and makes the tag vVERSION. It publishes and pushes nothing (docs/releasing.md).
  --dry-run            makes no tag, and removes the artifacts unless --output is given
  --only-this-machine  builds only for this machine
  --output DIR         the folder for the artifacts, which must not exist (dist/release/VERSION)`;

const root = join(import.meta.dir, "..");

interface Choices extends Scope {
  readonly dryRun: boolean;
  /** The folder of the artifacts; undefined if they are removed. */
  readonly output: string | undefined;
}

function choices(): Choices {
  const options = {
    "dry-run": { type: "boolean", default: false },
    "only-this-machine": { type: "boolean", default: false },
    output: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help) end(usage, 0);
    const [version, ...rest] = positionals;
    if (version === undefined || rest.length > 0) throw new Error("name one version");
    const dryRun = values["dry-run"];
    const output = values.output ?? (dryRun ? undefined : join(root, "dist", "release", version));
    if (output !== undefined && existsSync(output)) throw new Error(`there is a folder ${output} already`);
    return { version, dryRun, onlyThisMachine: values["only-this-machine"], output: output && resolve(output) };
  } catch (error) {
    return end(`${(error as Error).message}\n${usage}`, 2);
  }
}

function end(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  process.exit(code);
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

function release(choice: Choices, scratch: string): void {
  const { version, dryRun, output } = choice;
  const commit = run(["git", "rev-parse", "HEAD"], root).trim();
  const folder = join(scratch, "artifacts");
  const artifacts = buildAll(cloneOf(root, commit, scratch), choice, folder, print);
  print(describe(folder, artifacts, { ...choice, root, commit, startedOn }));
  if (output !== undefined) {
    mkdirSync(dirname(output), { recursive: true });
    run(["cp", "-R", folder, output], root);
    print(`written: ${output}`);
  }
  if (dryRun) return print(`a dry run makes no tag ${tagOf(version)}`);
  run(["git", "tag", "--annotate", tagOf(version), "--message", `Lading ${version}`, commit], root);
  print(`tagged: ${tagOf(version)}, which is not pushed; docs/releasing.md says how to publish`);
}

const startedOn = new Date();
const choice = choices();
const mistakes = mistakesOf(root, choice.version);
if (mistakes.length > 0) end(mistakes.map((mistake) => `lading: ${mistake}`).join("\n"), 1);
const scratch = mkdtempSync(join(tmpdir(), "lading-release-"));
try {
  release(choice, scratch);
} finally {
  rmSync(scratch, { recursive: true });
}
