// crane builds archives out of layers and copies; it keeps no store.
import { run, runInto, type CommandOutput } from "../command.ts";
import type { ImageSource } from "../images.ts";
import { readLayout, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type ClientKind, type LayoutClient, type Surroundings, versionIn } from "./client.ts";

export const crane: ClientKind = {
  name: "crane",
  programs: ["crane"],
  rootReason: undefined,
  create: (around) => new CraneClient(around),
};

export class CraneClient implements LayoutClient {
  private readonly place: Workplace;
  readonly name = "crane";
  // crane uses plain HTTP for loopback addresses by default; --insecure would disable the verification of
  // certificates.
  readonly env: Readonly<Record<string, string>>;
  private readonly archives = new Map<string, string>();

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.env = { ...place.env, ...endpoint.goEnv };
  }

  async start(): Promise<string> {
    return versionIn(await this.crane("version"));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  async load(source: ImageSource): Promise<void> {
    const archive = `${this.place.freshPath(`crane-${source.name}`)}.tar`;
    const layers = source.layers.flatMap((layer) => ["--new_layer", layer.tarFile]);
    await this.crane("append", ...layers, "--new_tag", `made/${source.name}:latest`, "--output", archive);
    this.archives.set(source.name, archive);
  }

  async push(imageName: string, reference: string): Promise<string> {
    return this.pushPath(this.archives.get(imageName) ?? "", reference);
  }

  /** Only for a layout of one image: crane would push a layout of an index as an index of that index. */
  async pushLayout(folder: string, reference: string): Promise<string> {
    return this.pushPath(folder, reference);
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    const folder = this.place.freshPath("crane-pull");
    await this.crane("pull", "--format=oci", `--platform=linux/${architecture}`, reference, folder);
    return readLayout(folder, architecture);
  }

  async forget(): Promise<void> {
    // Every pull goes into a new folder.
  }

  private async pushPath(path: string, reference: string): Promise<string> {
    return digestIn((await this.crane("push", path, reference)).stdout);
  }

  crane(...args: string[]): Promise<CommandOutput> {
    return run(["crane", ...args], { env: this.env });
  }

  /** Runs a command that prints bytes and no text. */
  async bytes(...args: string[]): Promise<Uint8Array> {
    const printed = await runInto(["crane", ...args], { env: this.env }, (stdout) => new Response(stdout).bytes());
    return printed.result;
  }
}
