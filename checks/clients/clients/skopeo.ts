// Skopeo copies between layouts, folders and registries; it keeps no store.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run, type CommandOutput } from "../command.ts";
import type { Endpoint, Side } from "../endpoint.ts";
import { LAYOUT_TAG, type ImageInputs, type ImageSource } from "../images.ts";
import { digestOfBytes, readImage, type Layout, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type ClientKind, type LayoutClient, type Surroundings, versionIn } from "./client.ts";

export const skopeo: ClientKind = {
  name: "skopeo",
  programs: ["skopeo"],
  rootReason: undefined,
  create: (around) => new SkopeoClient(around),
};

export class SkopeoClient implements LayoutClient {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "skopeo";
  private readonly loaded = new Map<string, Layout>();

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
  }

  async start(): Promise<string> {
    return versionIn(await this.skopeo("--version"));
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
    const flags = ["--all", ...this.endpoint.containersFlags(reference, "dest-")];
    return this.copy([...flags, `oci:${folder}:${tag}`, `docker://${reference}`]);
  }

  /** Copies from registry to registry. */
  async copyWithin(source: string, target: string): Promise<string> {
    const from = this.endpoint.containersFlags(source, "src-");
    const to = this.endpoint.containersFlags(target, "dest-");
    return this.copy(["--all", ...from, ...to, `docker://${source}`, `docker://${target}`]);
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const folder = this.place.freshPath("skopeo-pull");
    const source = [...this.endpoint.containersFlags(reference, "src-"), `docker://${reference}`];
    await this.skopeo(`--override-arch=${architecture}`, "copy", "--quiet", ...source, `dir:${folder}`);
    const digest = digestOfBytes(readFileSync(join(folder, "manifest.json")));
    const fileOf = (hex: string): string => join(folder, digest.endsWith(hex) ? "manifest.json" : hex);
    return readImage(digest, architecture, fileOf);
  }

  async forget(): Promise<void> {
    // Every pull goes into a new folder.
  }

  /** The flags of commands that speak to this registry, on either side of a copy or on their only one. */
  flags(side: Side = ""): string[] {
    return this.endpoint.containersFlags(this.endpoint.host, side);
  }

  skopeo(...args: string[]): Promise<CommandOutput> {
    return run(["skopeo", "--insecure-policy", ...args], { env: this.place.env });
  }

  private async copy(args: readonly string[]): Promise<string> {
    const digestFile = this.place.freshPath("skopeo-digest");
    await this.skopeo("copy", "--quiet", "--preserve-digests", `--digestfile=${digestFile}`, ...args);
    return digestIn(await Bun.file(digestFile).text());
  }
}
