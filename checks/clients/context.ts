// The services for every group of cases.
import type { CaseRunner } from "./case-runner.ts";
import { handlesImages, type Client, type Program, type Surroundings } from "./clients/client.ts";
import { CraneClient } from "./clients/crane.ts";
import { RegctlClient } from "./clients/regctl.ts";
import { SkopeoClient } from "./clients/skopeo.ts";
import { Tap } from "./tap.ts";
import type { ImageInputs } from "./images.ts";
import type { Registry } from "./registry.ts";
import type { Workplace } from "./workplace.ts";

type ProgramClass = new (around: Surroundings) => Program;
type Instances<Classes extends readonly ProgramClass[]> = {
  [Position in keyof Classes]: InstanceType<Classes[Position]>;
};

export class CaseContext {
  readonly place: Workplace;
  readonly registry: Registry;
  readonly inputs: ImageInputs;
  readonly cases: CaseRunner;
  /** The programs that are installed and have started. */
  private readonly programs: readonly Program[];
  /** The programs among them that handle images. */
  readonly clients: readonly Client[];

  constructor(
    place: Workplace,
    registry: Registry,
    inputs: ImageInputs,
    cases: CaseRunner,
    programs: readonly Program[],
  ) {
    this.place = place;
    this.registry = registry;
    this.inputs = inputs;
    this.cases = cases;
    this.programs = programs;
    this.clients = programs.filter(handlesImages);
  }

  /** Runs a case for particular clients, and skips it if one of them is missing. */
  async test<Classes extends readonly ProgramClass[]>(
    name: string,
    needed: readonly [...Classes],
    body: (...clients: Instances<Classes>) => Promise<void>,
  ): Promise<void> {
    const found = needed.map((kind) => this.programs.find((program) => program instanceof kind));
    const missing = needed.filter((_, position) => found[position] === undefined);
    const names = missing.map((kind) => kind.name.replace(/Client$/, "").toLowerCase());
    if (missing.length > 0) this.cases.skip(name, `without ${names.join(" and ")} in this run`);
    else await this.cases.test(name, () => body(...(found as unknown as Instances<Classes>)));
  }

  /** The name of a repository for clients, directly or through a relay. */
  repository(name: string, tap?: Tap): string {
    return this.registry.endpoint.repository(name, tap?.host);
  }

  /** A reference by tag or digest, directly or through a relay. */
  reference(repository: string, tagOrDigest: string, tap?: Tap): string {
    return `${this.repository(repository, tap)}${tagOrDigest.includes(":") ? "@" : ":"}${tagOrDigest}`;
  }

  /** The first of these clients that has started. */
  firstOf<Classes extends readonly ProgramClass[]>(...kinds: Classes): InstanceType<Classes[number]> | undefined {
    for (const kind of kinds) {
      const found = this.programs.find((program) => program instanceof kind);
      if (found !== undefined) return found as InstanceType<Classes[number]>;
    }
    return undefined;
  }

  /** The fastest client that has started, for cases that only need pushed content. */
  quickest(): Client {
    const quick = this.firstOf(CraneClient, RegctlClient, SkopeoClient) ?? this.clients[0];
    if (quick === undefined) throw new Error("there is no client");
    return quick;
  }

  /** Runs `body` with a relay in front of the registry that records every request. */
  async withTap(body: (tap: Tap) => Promise<void>): Promise<void> {
    const tap = await Tap.start(() => this.registry.endpoint.connect());
    try {
      await body(tap);
    } finally {
      await tap.stop();
    }
  }
}
