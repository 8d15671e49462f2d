// Buildah with a separate store.
import { run, runInto, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageInputs, ImageSource } from "../images.ts";
import type { PulledImage } from "../layout.ts";
import { treeOfTar } from "../tree.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type Client, type ClientKind, type Surroundings, versionIn } from "./client.ts";

export const buildah: ClientKind = {
  name: "buildah",
  programs: ["buildah"],
  rootReason: "a vfs store with foreign owners",
  create: (around) => new BuildahClient(around),
};

class BuildahClient implements Client {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "buildah";
  private readonly store: readonly string[];

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
    this.store = [
      "--root",
      place.folder("buildah/root"),
      "--runroot",
      place.folder("buildah/run"),
      "--storage-driver=vfs",
    ];
  }

  async start(): Promise<string> {
    await this.buildah("info");
    return versionIn(await this.buildah("--version"));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  async load(source: ImageSource): Promise<void> {
    const context = this.inputs.buildContext(source);
    await this.buildah("bud", "--quiet", "--layers", "--isolation=chroot", "--tag", localName(source.name), context);
  }

  async push(imageName: string, reference: string): Promise<string> {
    const digestFile = this.place.freshPath("buildah-digest");
    const flags = ["--quiet", ...this.endpoint.containersFlags(reference), `--digestfile=${digestFile}`];
    await this.buildah("push", ...flags, localName(imageName), `docker://${reference}`);
    return digestIn(await Bun.file(digestFile).text());
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const flags = ["--quiet", ...this.endpoint.containersFlags(reference), `--arch=${architecture}`];
    await this.buildah("pull", ...flags, reference);
    const from = ["from", "--pull-never", `--arch=${architecture}`, "--isolation=chroot", reference];
    const container = (await this.buildah(...from)).stdout.trim();
    try {
      const inspected = await this.buildah("inspect", "--type=container", container);
      const image = JSON.parse(inspected.stdout) as { FromImageID: string; FromImageDigest: string };
      const mounted = (await this.buildah("mount", container)).stdout.trim();
      const tar = ["tar", "--create", "--directory", mounted, "."];
      const { result: tree } = await runInto(tar, { env: this.place.env }, treeOfTar);
      return { manifestDigest: image.FromImageDigest, configDigest: `sha256:${image.FromImageID}`, tree };
    } finally {
      await this.buildah("rm", container);
    }
  }

  async forget(): Promise<void> {
    await this.buildah("rmi", "--all", "--force");
  }

  private buildah(...args: string[]): Promise<CommandOutput> {
    return run(["buildah", ...this.store, ...args], { env: this.place.env });
  }
}

function localName(imageName: string): string {
  return `localhost/made/${imageName}:latest`;
}
