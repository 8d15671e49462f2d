import pins from "../runtime-pins.json" with { type: "json" };
import { npmPurl } from "./sbom.ts";
import type { Checksum } from "./checksums.ts";

/** How a release was made. */
export interface BuildRecord {
  readonly version: string;
  readonly commit: string;
  readonly onlyThisMachine: boolean;
  readonly startedOn: Date;
  readonly finishedOn: Date;
  /** The environment variables. On GitHub they name the workflow. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Returns the statement that says from what the artifacts were made: in-toto Statement v1 with SLSA provenance v1. */
export function provenanceOf(subjects: readonly Checksum[], record: BuildRecord): object {
  const { version, commit, onlyThisMachine, startedOn, finishedOn, environment } = record;
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: subjects.map(({ name, sha256 }) => ({ name, digest: { sha256 } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: "urn:lading:release:v1",
        externalParameters: { script: "release", version, onlyThisMachine },
        resolvedDependencies: [sourceOf(commit, environment), ...runtimes()],
      },
      runDetails: {
        builder: { id: builderOf(environment), version: { bun: Bun.version } },
        metadata: { startedOn: startedOn.toISOString(), finishedOn: finishedOn.toISOString() },
      },
    },
  };
}

type Environment = BuildRecord["environment"];

/** The address of a repository is only known on GitHub: elsewhere, it may be a private one. */
function sourceOf(commit: string, { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository }: Environment): object {
  const uri = server && repository ? { uri: `git+${server}/${repository}@${commit}` } : {};
  return { name: "source", ...uri, digest: { gitCommit: commit } };
}

function builderOf({ GITHUB_SERVER_URL: server, GITHUB_WORKFLOW_REF: workflow }: Environment): string {
  return server && workflow ? `${server}/${workflow}` : "urn:lading:builder:local";
}

/** The tarballs that contain the runtimes, with their pinned SHA-512. */
function runtimes(): object[] {
  return Object.entries(pins.packages).map(([name, { tarball }]) => ({
    uri: npmPurl(name, pins.version),
    digest: { sha512: Buffer.from(tarball.slice("sha512-".length), "base64").toString("hex") },
  }));
}
