import { targets } from "../build/targets.ts";
import { ownTarget } from "./own-target.ts";

/** The artifacts of a release: for which version, and whether only for the machine that builds them. */
export interface Scope {
  readonly version: string;
  readonly onlyThisMachine: boolean;
}

/** A file or a folder that a script writes, and its name in the release. A folder becomes an archive. */
export interface Output {
  readonly from: string;
  readonly name: string;
}

/** A script of package.json that builds artifacts. */
export interface Builder {
  readonly script: string;
  readonly parameters: (scope: Scope) => readonly string[];
  readonly outputs: (scope: Scope) => readonly Output[];
}

/** Debian and OCI have the same names for these machines. */
const debianArchitectures = [
  { architecture: "amd64", target: "linux-x64" },
  { architecture: "arm64", target: "linux-arm64" },
];

const named = (from: string, name = from): Output => ({ from: `dist/${from}`, name });

/** Everything that a release builds. A row whose script package.json does not have is left out. */
export const builders: readonly Builder[] = [
  {
    script: "build",
    parameters: ({ onlyThisMachine }) => (onlyThisMachine ? [] : ["--all"]),
    outputs: ({ onlyThisMachine }) =>
      onlyThisMachine
        ? [named("lading", `lading-${ownTarget()}`)]
        : Object.keys(targets).map((target) => named(`lading-${target}`)),
  },
  {
    script: "build:npm",
    parameters: () => [],
    outputs: ({ version }) => [named(`lading-${version}.tgz`)],
  },
  ...debianArchitectures.map(({ architecture, target }): Builder => ({
    script: "deb",
    parameters: () => ["--architecture", architecture],
    // As npm run deb names it: Debian sorts a tilde before the end, so that a pre-release is older than the release.
    outputs: ({ version, onlyThisMachine }) =>
      onlyThisMachine && target !== ownTarget()
        ? []
        : [named(`lading_${version.replace("-", "~")}_${architecture}.deb`)],
  })),
  {
    // It builds for all machines, and downloads packages of Debian.
    script: "image",
    parameters: () => [],
    outputs: ({ version, onlyThisMachine }) =>
      onlyThisMachine
        ? []
        : [
            named("image", `lading-${version}-image.tar`),
            ...debianArchitectures.map(({ architecture }) =>
              named(`image-${architecture}.cdx.json`, `lading-${version}-image-${architecture}.cdx.json`),
            ),
          ],
  },
];
