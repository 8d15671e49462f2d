// Podman with a separate store.
import { assert } from "../assertions.ts";
import { run, runInto, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageInputs, ImageSource } from "../images.ts";
import type { PulledImage } from "../layout.ts";
import { treeOfTar } from "../tree.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type Client, type ClientKind, type Surroundings, versionIn } from "./client.ts";

export const podman: ClientKind = {
  name: "podman",
  programs: ["podman", "conmon", "crun"],
  rootReason: "a vfs store with foreign owners",
  create: (around) => new PodmanClient(around),
};

export class PodmanClient implements Client {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "podman";
  private readonly store: readonly string[];

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
    this.store = [
      "--root",
      place.folder("podman/root"),
      "--runroot",
      place.folder("podman/run"),
      "--tmpdir",
      place.folder("podman/tmp"),
      "--storage-driver=vfs",
      "--cgroup-manager=cgroupfs",
      "--events-backend=none",
    ];
  }

  async start(): Promise<string> {
    await this.podman("info");
    return versionIn(await this.podman("--version"));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  async load(source: ImageSource): Promise<void> {
    const context = this.inputs.buildContext(source);
    await this.podman("build", "--quiet", "--layers", "--tag", localName(source.name), context);
  }

  async push(imageName: string, reference: string): Promise<string> {
    const digestFile = this.place.freshPath("podman-digest");
    const flags = ["--quiet", ...this.endpoint.containersFlags(reference), `--digestfile=${digestFile}`];
    await this.podman("push", ...flags, localName(imageName), reference);
    return digestIn(await Bun.file(digestFile).text());
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const flags = ["--quiet", ...this.endpoint.containersFlags(reference), `--arch=${architecture}`];
    const pulled = await this.podman("pull", ...flags, reference);
    const imageId = pulled.stdout.trim();
    assert(/^[0-9a-f]{64}$/.test(imageId), `podman pull printed no image id but ${pulled.stdout}`);
    const digest = await this.podman("image", "inspect", "--format", "{{.Digest}}", reference);
    const mounted = (await this.podman("image", "mount", imageId)).stdout.trim();
    try {
      const tar = ["tar", "--create", "--directory", mounted, "."];
      const { result: tree } = await runInto(tar, { env: this.place.env }, treeOfTar);
      return { manifestDigest: digestIn(digest.stdout), configDigest: `sha256:${imageId}`, tree };
    } finally {
      await this.podman("image", "unmount", imageId);
    }
  }

  async forget(): Promise<void> {
    await this.podman("rmi", "--all", "--force");
  }

  async searchTags(repository: string): Promise<string[]> {
    // This command has no --cert-dir: the authority comes from the environment.
    const verify = `--tls-verify=${this.endpoint.usesTls(repository)}`;
    const listed = await this.podman("search", "--list-tags", verify, "--format=json", repository);
    return (JSON.parse(listed.stdout) as { Tags: string[] }[]).flatMap(({ Tags }) => Tags);
  }

  /** Runs a command of podman with this store. */
  podman(...args: string[]): Promise<CommandOutput> {
    return run(["podman", ...this.store, ...args], { env: { ...this.place.env, ...this.endpoint.goEnv } });
  }
}

function localName(imageName: string): string {
  return `localhost/made/${imageName}:latest`;
}
