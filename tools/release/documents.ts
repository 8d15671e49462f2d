import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { releaseBill } from "./bill.ts";
import type { Scope } from "./builders.ts";
import { sectionOf, type Section } from "./changelog.ts";
import { checksumFile, checksumsOf } from "./checksums.ts";
import { commitTime } from "./commit-time.ts";
import { notesOf } from "./notes.ts";
import { provenanceOf } from "./provenance.ts";
import { sbomOf } from "./sbom.ts";

/** A release whose artifacts are built. */
export interface BuiltRelease extends Scope {
  /** The checkout, whose changelog has a section of the version. */
  readonly root: string;
  readonly commit: string;
  /** The time at which the build has started. */
  readonly startedOn: Date;
}

/** Writes the bill of materials, the provenance, the checksums and the release notes, and returns the checksums. */
export function describe(folder: string, artifacts: readonly string[], release: BuiltRelease): string {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return name;
  };
  const { version, root } = release;
  const sbom = write(`lading-${version}.cdx.json`, sbomOf(releaseBill(commitTime(root))));
  const described = [...artifacts, sbom];
  const record = { ...release, finishedOn: new Date(), environment: process.env };
  const statement = JSON.stringify(provenanceOf(checksumsOf(folder, described), record), undefined, 2);
  const provenance = write(`lading-${version}.intoto.json`, `${statement}\n`);
  const checksums = checksumFile(checksumsOf(folder, [...described, provenance]));
  write("SHA256SUMS", checksums);
  const section = sectionOf(readFileSync(join(root, "CHANGELOG.md"), "utf8"), version) as Section;
  write("release-notes.md", notesOf(version, section, checksums));
  return checksums.trimEnd();
}
