// notation signs with a test certificate that it makes itself and trusts from then on.
import { join } from "node:path";
import { run, type CommandOutput } from "../command.ts";
import type { Endpoint } from "../endpoint.ts";
import type { Workplace } from "../workplace.ts";
import { versionIn, type ClientKind, type Program, type Surroundings } from "./client.ts";

export const notation: ClientKind = {
  name: "notation",
  programs: ["notation"],
  rootReason: undefined,
  create: (around) => new NotationClient(around),
};

const CERTIFICATE = "lading.example";

export class NotationClient implements Program {
  private readonly place: Workplace;
  private readonly endpoint: Endpoint;
  readonly name = "notation";

  constructor({ place, endpoint }: Surroundings) {
    this.place = place;
    this.endpoint = endpoint;
  }

  async start(): Promise<string> {
    await this.notation("certificate", "generate-test", "--default", CERTIFICATE);
    const policy = {
      name: "everything",
      registryScopes: ["*"],
      signatureVerification: { level: "strict" },
      trustStores: [`ca:${CERTIFICATE}`],
      trustedIdentities: ["*"],
    };
    const file = join(this.place.folder("notation"), "policy.json");
    await Bun.write(file, JSON.stringify({ version: "1.0", trustPolicies: [policy] }));
    await this.notation("policy", "import", "--force", file);
    return versionIn(await this.notation("version"));
  }

  async stop(): Promise<void> {
    // No daemon.
  }

  /** A command that speaks to the registry. It has no option for an authority; that comes from the environment. */
  remote(...args: string[]): Promise<CommandOutput> {
    const plain = this.endpoint.usesTls(this.endpoint.host) ? [] : ["--insecure-registry"];
    return this.notation(...args, ...plain);
  }

  private notation(...args: string[]): Promise<CommandOutput> {
    const env = { ...this.place.env, ...this.endpoint.goEnv, XDG_CONFIG_HOME: this.place.folder("notation") };
    return run(["notation", ...args], { env });
  }
}
