// oras copies between layouts and registries, and pushes any file; it keeps no store.
import { run, type CommandOptions, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import { LAYOUT_TAG, type ImageInputs, type ImageSource } from "../images.ts";
import { readLayout, type Layout, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, versionIn, type ClientKind, type LayoutClient, type Surroundings } from "./client.ts";

export const oras: ClientKind = {
  name: "oras",
  programs: ["oras"],
  rootReason: undefined,
  create: (around) => new OrasClient(around),
};

export class OrasClient implements LayoutClient {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "oras";
  private readonly loaded = new Map<string, Layout>();

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
  }

  async start(): Promise<string> {
    return versionIn(await this.oras(["version"]));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  async load(source: ImageSource): Promise<void> {
    this.loaded.set(source.name, await this.inputs.layout(source, { compress: true }));
  }

  async push(imageName: string, reference: string): Promise<string> {
    return this.pushLayout(this.loaded.get(imageName)?.folder ?? "", reference);
  }

  async pushLayout(folder: string, reference: string, tag = LAYOUT_TAG): Promise<string> {
    const flags = ["--from-oci-layout", ...this.tlsFlags(reference, "to-")];
    return digestIn((await this.oras(["cp", "--no-tty", ...flags, `${folder}:${tag}`, reference])).stdout);
  }

  /** Copies from registry to registry. */
  async copyWithin(source: string, target: string, ...flags: string[]): Promise<string> {
    const sides = [...this.tlsFlags(source, "from-"), ...this.tlsFlags(target, "to-")];
    return digestIn((await this.oras(["cp", "--no-tty", ...flags, ...sides, source, target])).stdout);
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const folder = this.place.freshPath("oras-pull");
    const flags = ["--to-oci-layout", ...this.tlsFlags(reference, "from-")];
    await this.oras(["cp", "--no-tty", ...flags, reference, `${folder}:${LAYOUT_TAG}`]);
    return readLayout(folder, architecture);
  }

  async forget(): Promise<void> {
    // Every pull goes into a new folder.
  }

  /** Runs a command that uses one registry; `about` has its objects. */
  remote(words: readonly string[], about: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    return this.oras([...words, ...this.tlsFlags(about[0] ?? ""), ...about], options);
  }

  private tlsFlags(reference: string, side: "" | "from-" | "to-" = ""): string[] {
    if (!this.endpoint.usesTls(reference)) return [`--${side}plain-http`];
    return this.endpoint.caFile === undefined ? [] : [`--${side}ca-file`, this.endpoint.caFile];
  }

  private oras(args: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    return run(["oras", ...args], { ...options, env: { ...this.place.env, ...this.endpoint.goEnv } });
  }
}
