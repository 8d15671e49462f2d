// Helm pushes and pulls charts; it keeps a cache below the home folder.
import { run, type CommandOptions, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Workplace } from "../workplace.ts";
import { versionIn, type ClientKind, type Program, type Surroundings } from "./client.ts";

export const helm: ClientKind = {
  name: "helm",
  programs: ["helm"],
  rootReason: undefined,
  create: (around) => new HelmClient(around),
};

export class HelmClient implements Program {
  private readonly place: Workplace;
  private readonly endpoint: Endpoint;
  readonly name = "helm";

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.endpoint = endpoint;
  }

  async start(): Promise<string> {
    return versionIn(await this.helm(["version", "--short"]));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  /** A command that stays on this machine. */
  helm(args: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    return run(["helm", ...args], { ...options, env: { ...this.place.env, ...this.endpoint.goEnv } });
  }

  /** A command that speaks to the registry. */
  remote(args: readonly string[], options: CommandOptions = {}): Promise<CommandOutput> {
    return this.helm([...args, ...this.tlsFlags()], options);
  }

  private tlsFlags(): string[] {
    if (!this.endpoint.usesTls(this.endpoint.host)) return ["--plain-http"];
    return this.endpoint.caFile === undefined ? [] : ["--ca-file", this.endpoint.caFile];
  }
}
