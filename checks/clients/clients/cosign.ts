// cosign signs and attests with a key pair of the run. It asks no transparency log and no other service.
import { mkdirSync } from "node:fs";
import { run, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Workplace } from "../workplace.ts";
import { versionIn, type ClientKind, type Program, type Surroundings } from "./client.ts";

export const cosign: ClientKind = {
  name: "cosign",
  programs: ["cosign"],
  rootReason: undefined,
  create: (around) => new CosignClient(around),
};

export class CosignClient implements Program {
  private readonly place: Workplace;
  private readonly endpoint: Endpoint;
  readonly name = "cosign";
  private readonly env: Readonly<Record<string, string>>;

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.endpoint = endpoint;
    this.env = {
      ...place.env,
      ...endpoint.goEnv,
      COSIGN_PASSWORD: "",
      // Without it cosign refuses to write signatures as referrers.
      COSIGN_EXPERIMENTAL: "1",
      // cosign would request keys from the public service, which no case needs. Nothing answers at this address, and
      // cosign continues without it.
      TUF_MIRROR: "http://127.0.0.1:1",
    };
  }

  async start(): Promise<string> {
    return versionIn(await this.cosign("version"));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  /** Makes a key pair and returns the folder with `cosign.key` and `cosign.pub`. */
  async makeKeys(): Promise<string> {
    const folder = this.place.freshPath("cosign-keys");
    mkdirSync(folder);
    await this.cosign("generate-key-pair", "--output-key-prefix", `${folder}/cosign`);
    return folder;
  }

  /** Runs a command that uses the registry; `about` has its objects. */
  remote(words: readonly string[], about: readonly string[]): Promise<CommandOutput> {
    return this.cosign(...words, ...this.tlsFlags(), ...about);
  }

  private tlsFlags(): string[] {
    if (!this.endpoint.usesTls(this.endpoint.host)) return ["--allow-http-registry"];
    return this.endpoint.caFile === undefined ? [] : ["--registry-cacert", this.endpoint.caFile];
  }

  private cosign(...args: string[]): Promise<CommandOutput> {
    return run(["cosign", ...args], { env: this.env });
  }
}
