// buildkitd with its own root and address, driven by buildctl: it builds images and pushes what it has built.
import { join } from "node:path";
import { run, type CommandOutput } from "../command.ts";
import { Daemon } from "../daemon.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Workplace } from "../workplace.ts";
import { versionIn, type ClientKind, type Program, type Surroundings } from "./client.ts";

export const buildkit: ClientKind = {
  name: "buildkit",
  programs: ["buildkitd", "buildctl", "runc"],
  rootReason: "buildkitd",
  create: (around) => new BuildkitClient(around),
};

/** The options of one build besides its context. */
export interface Build {
  /** A folder with a Dockerfile. */
  readonly context: string;
  /** The attributes of `--output`. Without them, the result stays in the cache of the daemon. */
  readonly output?: Readonly<Record<string, string>>;
  /** The options of the Dockerfile frontend: `platform`, `attest:sbom` and others. */
  readonly options?: Readonly<Record<string, string>>;
  readonly exportCache?: Readonly<Record<string, string>>;
  readonly importCache?: Readonly<Record<string, string>>;
}

/** The result of a build. */
export interface Built {
  /** The digest of the pushed image; undefined if the build pushed no image. */
  readonly digest: string | undefined;
  /** The progress of the build, a line for each event. */
  readonly progress: string;
}

export class BuildkitClient implements Program {
  private readonly place: Workplace;
  private readonly endpoint: Endpoint;
  private readonly address: string;
  readonly name = "buildkit";
  private daemon: Daemon | undefined;

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.endpoint = endpoint;
    this.address = `unix://${join(place.folder("buildkit"), "buildkitd.sock")}`;
  }

  async start(): Promise<string> {
    const folder = this.place.folder("buildkit");
    const configFile = join(folder, "buildkitd.toml");
    await Bun.write(configFile, this.config(folder));
    this.daemon = await Daemon.start({
      command: ["buildkitd", "--config", configFile],
      env: this.place.env,
      logFile: join(folder, "buildkitd.log"),
      isReady: () =>
        this.buildctl(["debug", "workers"]).then(
          () => true,
          () => false,
        ),
      readyWithinMs: 30_000,
    });
    return versionIn(await this.buildctl(["--version"]));
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
  }

  async build({ context, output, options = {}, exportCache, importCache }: Build): Promise<Built> {
    const metadataFile = `${this.place.freshPath("metadata")}.json`;
    const { stderr } = await this.buildctl([
      "build",
      "--progress=plain",
      "--frontend=dockerfile.v0",
      `--local=context=${context}`,
      `--local=dockerfile=${context}`,
      `--metadata-file=${metadataFile}`,
      ...Object.entries(options).map(([name, value]) => `--opt=${name}=${value}`),
      ...flag("output", output),
      ...flag("export-cache", exportCache),
      ...flag("import-cache", importCache),
    ]);
    return { digest: await digestIn(metadataFile), progress: stderr };
  }

  /** Drops every result and every cached layer, so that the next build has only what it imports. */
  async forget(): Promise<void> {
    await this.buildctl(["prune", "--all"]);
  }

  /** The native snapshotter copies files, and the host's network needs no setup: both work in a container, too. */
  private config(folder: string): string {
    const { host, caFile } = this.endpoint;
    const registry = this.endpoint.usesTls(host)
      ? caFile === undefined
        ? []
        : [`ca = [${JSON.stringify(caFile)}]`]
      : ["http = true"];
    return [
      `root = ${JSON.stringify(join(folder, "root"))}`,
      "[grpc]",
      `address = [${JSON.stringify(this.address)}]`,
      "[worker.oci]",
      'snapshotter = "native"',
      'binary = "runc"',
      'networkMode = "host"',
      "[worker.containerd]",
      "enabled = false",
      `[registry.${JSON.stringify(host)}]`,
      ...registry,
      "",
    ].join("\n");
  }

  private buildctl(args: readonly string[]): Promise<CommandOutput> {
    return run(["buildctl", "--addr", this.address, ...args], { env: this.place.env });
  }
}

/** A build that makes no image writes no such file. */
async function digestIn(metadataFile: string): Promise<string | undefined> {
  const file = Bun.file(metadataFile);
  if (!(await file.exists())) return undefined;
  return ((await file.json()) as { "containerimage.digest"?: string })["containerimage.digest"];
}

function flag(name: string, attributes: Readonly<Record<string, string>> | undefined): string[] {
  if (attributes === undefined) return [];
  return [
    `--${name}=${Object.entries(attributes)
      .map((pair) => pair.join("="))
      .join(",")}`,
  ];
}
