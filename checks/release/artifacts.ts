import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ownTarget } from "../../tools/release/own-target.ts";
import { run } from "../npm-package/npm.ts";
import type { Report } from "../streaming/report.ts";
import type { Clone } from "./clone.ts";

/** Tests the files of a release in a folder. */
export async function testArtifacts(report: Report, clone: Clone, folder: string, version: string): Promise<void> {
  const commit = clone.git("rev-parse", "HEAD");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const unlisted = new Set(["SHA256SUMS", "release-notes.md"]);

  await report.test("SHA256SUMS has each file except the release notes, and its checksum", async () => {
    const { code, stdout, stderr } = await run(["sha256sum", "--strict", "--check", "SHA256SUMS"], folder);
    if (code !== 0) throw new Error(stdout + stderr);
    const listed = stdout
      .trim()
      .split("\n")
      .map((line) => line.replace(/: OK$/, ""));
    const found = readdirSync(folder).filter((name) => !unlisted.has(name));
    requireEqual("SHA256SUMS", listed.toSorted(), found.toSorted());
    return listed.join(", ");
  });

  await report.test("the executable runs, and says that it was built from the commit", async () => {
    const executable = join(folder, `lading-${ownTarget()}`);
    chmodSync(executable, 0o755);
    const { stdout } = await run([executable, "version", "--json"], "/");
    const info = JSON.parse(stdout) as Record<string, unknown>;
    requireEqual(
      "version --json",
      [info["version"], info["commit"], info["installation"]],
      [version, commit, "executable"],
    );
    return stdout.trim();
  });

  await report.test("the npm package says that it was packed from the commit", async () => {
    const { stdout } = await run(["tar", "-xzOf", `lading-${version}.tgz`, "package/build-info.json"], folder);
    requireEqual("build-info.json", JSON.parse(stdout), { commit, installation: "npm" });
    return stdout.trim();
  });

  await report.test("the provenance has the commit, and the checksum of each artifact", async () => {
    const statement = JSON.parse(read(`lading-${version}.intoto.json`)) as Statement;
    const subjects = statement.subject.map(({ name, digest }) => `${digest.sha256}  ${name}`);
    const listed = read("SHA256SUMS")
      .trim()
      .split("\n")
      .filter((line) => !line.endsWith(".intoto.json"));
    requireEqual("the provenance", subjects, listed);
    const [source] = statement.predicate.buildDefinition.resolvedDependencies;
    requireEqual("the source", source?.digest["gitCommit"], commit);
    return `${subjects.length} subjects`;
  });

  await report.test("the release notes have the section of the changelog, and the checksums", async () => {
    const notes = read("release-notes.md");
    if (!notes.startsWith(`# Lading ${version} - `)) throw new Error(`they begin with ${notes.slice(0, 80)}`);
    if (!notes.includes(read("SHA256SUMS"))) throw new Error("the checksums are missing");
    return `${notes.split("\n").length} lines`;
  });
}

interface Statement {
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  readonly predicate: {
    readonly buildDefinition: { readonly resolvedDependencies: readonly { readonly digest: Record<string, string> }[] };
  };
}

function requireEqual(what: string, found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left}, not ${right}`);
}
