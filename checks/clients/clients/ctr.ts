// containerd with its own root, state and address, driven by ctr.
import { join } from "node:path";
import { assert } from "../assertions.ts";
import { run, runInto, type CommandOutput } from "../command.ts";
import { Daemon } from "../daemon.ts";
import type { Endpoint } from "../endpoint.ts";
import { LAYOUT_TAG, type ImageInputs, type ImageSource } from "../images.ts";
import { readImage, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type Client, type ClientKind, type Surroundings, versionIn } from "./client.ts";

export const ctr: ClientKind = {
  name: "ctr",
  programs: ["ctr", "containerd"],
  rootReason: "containerd",
  create: (around) => new ContainerdClient(around),
};

/** The native snapshotter copies files; the others need kernel features that a container may not have. */
const UNUSED_PLUGINS = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.overlayfs",
  "io.containerd.snapshotter.v1.zfs",
];

export class ContainerdClient implements Client {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "ctr";
  private readonly root: string;
  private readonly socket: string;
  private readonly connection: readonly string[];
  private daemon: Daemon | undefined;

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
    this.root = join(place.folder("containerd"), "root");
    this.socket = join(place.folder("containerd"), "containerd.sock");
    this.connection = ["--address", this.socket, "--namespace", "clients"];
  }

  async start(): Promise<string> {
    const folder = this.place.folder("containerd");
    const configFile = join(folder, "config.toml");
    const lines = [
      "version = 2",
      `root = ${JSON.stringify(this.root)}`,
      `state = ${JSON.stringify(join(folder, "state"))}`,
      `disabled_plugins = ${JSON.stringify(UNUSED_PLUGINS)}`,
      "[grpc]",
      `  address = ${JSON.stringify(this.socket)}`,
      "[ttrpc]",
      `  address = ${JSON.stringify(`${this.socket}.ttrpc`)}`,
    ];
    await Bun.write(configFile, `${lines.join("\n")}\n`);
    this.daemon = await Daemon.start({
      command: ["containerd", "--config", configFile],
      env: this.place.env,
      logFile: join(folder, "containerd.log"),
      isReady: () =>
        this.ctr("version").then(
          () => true,
          () => false,
        ),
      readyWithinMs: 30_000,
    });
    return versionIn(await this.ctr("--version"));
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
  }

  async load(source: ImageSource): Promise<void> {
    const layout = await this.inputs.layout(source, { compress: true });
    const archive = `${layout.folder}.tar`;
    await run(["tar", "--create", "--file", archive, "-C", layout.folder, "."], { env: this.place.env });
    const base = localName(source.name).slice(0, -`:${LAYOUT_TAG}`.length);
    await this.ctr("images", "import", "--no-unpack", "--base-name", base, archive);
  }

  async push(imageName: string, reference: string): Promise<string> {
    await this.remote(["images", "push"], [reference, localName(imageName)]);
    return this.targetOf(localName(imageName));
  }

  /** Pushes what was pulled, so that containerd knows from which repository the blobs can be mounted. */
  async pushPulled(source: string, target: string): Promise<string> {
    await this.remote(["images", "push"], [target, source]);
    return this.targetOf(source);
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const pull = ["images", "pull", "--snapshotter=native", `--platform=linux/${architecture}`];
    await this.remote(pull, [reference]);
    // The folder of containerd's content store, which has each blob under its digest.
    const blobs = join(this.root, "io.containerd.content.v1.content", "blobs", "sha256");
    return readImage(await this.targetOf(reference), architecture, (hex) => join(blobs, hex));
  }

  /** The bytes that containerd's content store has under a digest. */
  content(digest: string): Promise<Uint8Array> {
    const get = ["ctr", ...this.connection, "content", "get", digest];
    return runInto(get, { env: this.place.env }, (stdout) => new Response(stdout).bytes()).then(({ result }) => result);
  }

  /** Runs a command that uses the registry; `about` has its objects. */
  async remote(words: readonly string[], about: readonly string[]): Promise<CommandOutput> {
    return this.ctr(...words, ...(await this.hostFlags(about[0] ?? "")), ...about);
  }

  async forget(): Promise<void> {
    const names = (await this.ctr("images", "ls", "--quiet")).stdout.split("\n").filter((name) => name !== "");
    if (names.length > 0) await this.ctr("images", "rm", "--sync", ...names);
  }

  /** Without TLS, a flag is enough. With TLS, a folder for the host names the server and its authority. */
  private async hostFlags(reference: string): Promise<string[]> {
    if (!this.endpoint.usesTls(reference)) return ["--plain-http"];
    const folder = this.place.folder("containerd/hosts");
    const { caFile, path } = this.endpoint;
    // With a path prefix, the URL must be complete, and marked as complete.
    const url = JSON.stringify(this.endpoint.url(path === "" ? "" : "/v2"));
    const how = [
      ...(caFile === undefined ? [] : [`ca = ${JSON.stringify(caFile)}`]),
      ...(path === "" ? [] : ["override_path = true"]),
    ];
    // Older releases refuse a file without a table for a host, and then ask the server again for content that the
    // host did not have.
    const lines = [`server = ${url}`, ...how, `[host.${url}]`, ...how];
    await Bun.write(join(folder, this.endpoint.host, "hosts.toml"), `${lines.join("\n")}\n`);
    return ["--hosts-dir", folder];
  }

  private async targetOf(imageName: string): Promise<string> {
    const rows = (await this.ctr("images", "ls", `name==${imageName}`)).stdout.split("\n");
    const row = rows.find((line) => line.startsWith(`${imageName} `));
    assert(row !== undefined, `containerd has no image ${imageName}`);
    return digestIn(row);
  }

  /** Runs a command of ctr with this containerd. */
  ctr(...args: string[]): Promise<CommandOutput> {
    return run(["ctr", ...this.connection, ...args], { env: this.place.env });
  }
}

function localName(imageName: string): string {
  return `local/made/${imageName}:${LAYOUT_TAG}`;
}
