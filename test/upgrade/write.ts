/**
 * Writes an archive for the upgrade test: a data directory as a release leaves it, with the content of `content.ts`.
 * Run it before a new step of the schema is written, and with earlier releases:
 *
 *   bun test/upgrade/write.ts            the release in this checkout
 *   bun test/upgrade/write.ts MAIN       the release whose src/cli/main.ts is at MAIN
 */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveOf } from "./archives.ts";
import { write } from "./content.ts";

/** Starts the release, and resolves to its address when it listens. */
async function addressOf(registry: Bun.Subprocess<"ignore", "pipe", "ignore">): Promise<string> {
  let output = "";
  for await (const text of registry.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    const url = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`the registry did not start: ${output}`);
}

const [main = join(import.meta.dir, "..", "..", "src", "cli", "main.ts")] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "lading-release-"));
const data = join(folder, "data");
const command = [process.execPath, main, "serve", "--listen", "127.0.0.1:0", "--data", data];
const registry = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "ignore" });
try {
  const written = await write(await addressOf(registry));
  writeFileSync(join(folder, "written.json"), `${JSON.stringify(written, null, 2)}\n`);
} finally {
  registry.kill("SIGTERM");
  await registry.exited;
}
const database = new Database(join(data, "metadata.sqlite"), { readonly: true });
const { user_version: schema } = database.query("PRAGMA user_version").get() as { user_version: number };
database.close();
const archive = archiveOf(schema);
const reproducible = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner"];
const tar = Bun.spawnSync(["tar", "-czf", archive, ...reproducible, "-C", folder, "data", "written.json"]);
if (tar.exitCode !== 0) throw new Error(tar.stderr.toString());
rmSync(folder, { recursive: true });
process.stdout.write(`${archive}\n`);
