// crane builds archives out of layers and copies; it keeps no store.
import { run, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageSource } from "../images.ts";
import { readLayout, type PulledImage } from "../layout.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, type ClientKind, type LayoutClient, type Surroundings } from "./client.ts";

export const crane: ClientKind = {
  name: "crane",
  programs: ["crane"],
  rootReason: undefined,
  create: (around) => new CraneClient(around),
};

export class CraneClient implements LayoutClient {
  private readonly place: Workplace;
  private readonly endpoint: Endpoint;
  readonly name = "crane";
  private readonly archives = new Map<string, string>();

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.endpoint = endpoint;
  }

  async start(): Promise<void> {
    await this.crane("version");
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
    // crane speaks plain HTTP to loopback addresses of its own accord; the flag would keep it from checking certificates.
    return run(["crane", ...args], { env: { ...this.place.env, ...this.endpoint.goEnv } });
  }
}
