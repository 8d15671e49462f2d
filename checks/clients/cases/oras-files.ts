// The files of which the artifacts in oras' cases are made.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { OrasClient } from "../clients/oras.ts";
import type { CaseContext } from "../context.ts";

export const ARTIFACT_TYPE = "application/vnd.example.report";
export const FILES: Readonly<Record<string, string>> = {
  "report.txt": "all is well\n",
  "figures.json": '{"answer":42}\n',
};

/** Pushes the files as one artifact and gives the digest that oras states. */
export async function pushFiles(
  context: CaseContext,
  oras: OrasClient,
  repository: string,
  tags: string,
): Promise<string> {
  const folder = context.place.freshPath("oras-source");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(FILES)) await Bun.write(join(folder, name), text);
  const words = ["push", "--no-tty", "--artifact-type", ARTIFACT_TYPE, "--format", "json"];
  const about = [context.reference(repository, tags), ...Object.keys(FILES).map((name) => `${name}:text/plain`)];
  const pushed = await oras.remote(words, about, { cwd: folder });
  return (JSON.parse(pushed.stdout) as { digest: string }).digest;
}
