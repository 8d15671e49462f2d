/** Makes a release: `npm run release -- VERSION`. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { releaseBill } from "./release/bill.ts";
import { buildAll, cloneOf } from "./release/build.ts";
import type { Scope } from "./release/builders.ts";
import { sectionOf, type Section } from "./release/changelog.ts";
import { checksumFile, checksumsOf } from "./release/checksums.ts";
import { commitTime } from "./release/commit-time.ts";
import { notesOf } from "./release/notes.ts";
import { mistakesOf, tagOf } from "./release/preconditions.ts";
import { provenanceOf } from "./release/provenance.ts";
import { run } from "./release/run.ts";
import { sbomOf } from "./release/sbom.ts";

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

/** Writes the documents of a release next to its artifacts. */
function describe(folder: string, artifacts: readonly string[], { version, onlyThisMachine }: Scope, commit: string) {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const sbom = write(`lading-${version}.cdx.json`, sbomOf(releaseBill(commitTime(root))));
  const subjects = checksumsOf(folder, [...artifacts, sbom]);
  const record = { version, onlyThisMachine, commit, startedOn, finishedOn: new Date(), environment: process.env };
  const statement = JSON.stringify(provenanceOf(subjects, record), undefined, 2);
  const provenance = write(`lading-${version}.intoto.json`, `${statement}\n`);
  const checksums = checksumFile(checksumsOf(folder, [...artifacts, sbom, provenance]));
  write("SHA256SUMS", checksums);
  const section = sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version) as Section;
  write("release-notes.md", notesOf(version, section, checksums));
  print(checksums.trimEnd());
}

function release(choice: Choices, scratch: string): void {
  const { version, dryRun, output } = choice;
  const commit = run(["git", "rev-parse", "HEAD"], root).trim();
  const folder = join(scratch, "artifacts");
  const artifacts = buildAll(cloneOf(root, commit, scratch), choice, folder, print);
  describe(folder, artifacts, choice, commit);
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
