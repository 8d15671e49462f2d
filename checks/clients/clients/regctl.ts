// regctl copies between layouts and registries; it keeps no store.
import { run, type CommandOptions, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import { LAYOUT_TAG, type ImageInputs, type ImageSource } from "../images.ts";
import { readLayout, type Layout, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type ClientKind, type LayoutClient, type Surroundings, versionIn } from "./client.ts";

export const regctl: ClientKind = {
  name: "regctl",
  programs: ["regctl"],
  rootReason: undefined,
  create: (around) => new RegctlClient(around),
};

export class RegctlClient implements LayoutClient {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "regctl";
  private readonly loaded = new Map<string, Layout>();
  private readonly env: Readonly<Record<string, string>>;

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
    this.env = { ...place.env, ...endpoint.goEnv, REGCTL_CONFIG: `${place.folder("regctl")}/config.json` };
  }

  async start(): Promise<string> {
    return versionIn(await run(["regctl", "version"], { env: this.env }));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  async load(source: ImageSource): Promise<void> {
    this.loaded.set(source.name, await this.inputs.layout(source, { compress: true }));
  }

  async push(imageName: string, reference: string): Promise<string> {
    const folder = this.loaded.get(imageName)?.folder ?? "";
    return this.pushLayout(folder, reference);
  }

  async pushLayout(folder: string, reference: string, tag = LAYOUT_TAG): Promise<string> {
    await this.regctl(reference, ["image", "copy", `ocidir://${folder}:${tag}`, reference]);
    return this.digestOf(reference);
  }

  async digestOf(reference: string): Promise<string> {
    return digestIn((await this.regctl(reference, ["manifest", "head", reference])).stdout);
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const folder = this.place.freshPath("regctl-pull");
    await this.regctl(reference, ["image", "copy", reference, `ocidir://${folder}:${LAYOUT_TAG}`]);
    return readLayout(folder, architecture);
  }

  async forget(): Promise<void> {
    // Every pull goes into a new folder.
  }

  /** From now on sends blobs to this registry in chunks of at most `bytes` bytes. */
  async sendInChunks(host: string, bytes: number): Promise<void> {
    const size = String(bytes);
    const flags = ["--tls=disabled", "--skip-check", `--blob-chunk=${size}`, `--blob-max=${size}`];
    await run(["regctl", "registry", "set", host, ...flags], { env: this.env });
  }

  /** Sends one file as a blob, with the settings of `sendInChunks`. */
  async putBlob(repository: string, file: string): Promise<string> {
    const put = await run(["regctl", "blob", "put", repository], { env: this.env, stdinFile: file });
    return digestIn(put.stdout);
  }

  /** Runs regctl against the registry of the reference or host. */
  regctl(target: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    const host = target.split("/")[0] ?? target;
    return run(
      ["regctl", "--host", `reg=${host},tls=${this.endpoint.usesTls(host) ? "enabled" : "disabled"}`, ...args],
      { ...options, env: this.env },
    );
  }
}
