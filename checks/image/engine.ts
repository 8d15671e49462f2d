import { chownSync } from "node:fs";
import { user } from "../../tools/image/config.ts";
import type { ContainerdClient } from "../clients/clients/ctr.ts";
import type { CommandOutput } from "../clients/command.ts";
import type { Workplace } from "../clients/workplace.ts";

/** A container that runs the image in the background, with a read-only root. */
export interface Container {
  readonly name: string;
  readonly reference: string;
  /** `none` has only the loopback address of the container, `host` the addresses of this machine. */
  readonly network: "none" | "host";
  readonly environment: Readonly<Record<string, string>>;
  /** The name of the volume for data. */
  readonly volume: string;
}

/** A program that runs containers. */
export interface Engine {
  readonly name: string;
  /** Runs a command of the image, and returns its output. */
  run(reference: string, ...words: readonly string[]): Promise<string>;
  start(container: Container): Promise<void>;
  /** Runs a program in the container. */
  exec(container: Container, ...words: readonly string[]): Promise<string>;
  /** Whether the health check of the engine finds the container healthy. Some engines have none. */
  readonly isHealthy?: (container: Container) => Promise<boolean>;
  /** Returns the output of the container so far, for messages; empty if the engine does not store it. */
  output(container: Container): Promise<string>;
  /** Stops the container with SIGTERM, removes it, and returns its exit code. */
  stop(container: Container): Promise<number>;
}

/** Seconds that the registry has for its requests before it is killed. */
const stopSeconds = "25";

/** How docker and podman differ. */
export interface DockerDifferences {
  /** Words between the program and the command. */
  readonly options?: readonly string[];
  /** Flags of `run`. */
  readonly flags: readonly string[];
  /** Flags of `run` for a health check. */
  readonly healthFlags: readonly string[];
  readonly isHealthy: (container: Container) => Promise<boolean>;
}

/** The restrictions that docs/install.md recommends. */
const restrictions = ["--read-only", "--cap-drop=all", "--security-opt=no-new-privileges"];

/** Docker, or an engine with the same commands. */
export class DockerEngine implements Engine {
  readonly name: string;
  readonly isHealthy: (container: Container) => Promise<boolean>;
  readonly #command: (...words: string[]) => Promise<CommandOutput>;
  readonly #differences: DockerDifferences;

  constructor(name: string, command: (...words: string[]) => Promise<CommandOutput>, differences: DockerDifferences) {
    this.name = name;
    this.#command = command;
    this.#differences = differences;
    this.isHealthy = differences.isHealthy;
  }

  async run(reference: string, ...words: readonly string[]): Promise<string> {
    return this.#call("run", "--rm", "--network=none", ...this.#differences.flags, reference, ...words);
  }

  async start({ name, reference, network, environment, volume }: Container): Promise<void> {
    const { flags, healthFlags } = this.#differences;
    const variables = Object.entries(environment).map(([variable, value]) => `--env=${variable}=${value}`);
    const place = [`--name=${name}`, `--network=${network}`, `--volume=${volume}:/data`];
    await this.#call("run", "--detach", ...place, ...restrictions, ...variables, ...flags, ...healthFlags, reference);
  }

  exec({ name }: Container, ...words: readonly string[]): Promise<string> {
    return this.#call("exec", name, ...words);
  }

  async output({ name }: Container): Promise<string> {
    const { stdout, stderr } = await this.#command(...(this.#differences.options ?? []), "logs", name);
    return stdout + stderr;
  }

  async stop({ name }: Container): Promise<number> {
    await this.#call("stop", "--time", stopSeconds, name);
    const code = await this.#call("inspect", "--format", "{{.State.ExitCode}}", name);
    await this.#call("rm", name);
    return Number(code);
  }

  async #call(...words: readonly string[]): Promise<string> {
    return (await this.#command(...(this.#differences.options ?? []), ...words)).stdout.trim();
  }
}

/** containerd, through ctr. It has no health checks and no volumes: a folder of this machine is mounted instead. */
export class ContainerdEngine implements Engine {
  readonly name = "ctr";
  readonly #client: ContainerdClient;
  readonly #place: Workplace;
  #executions = 0;

  constructor(client: ContainerdClient, place: Workplace) {
    this.#client = client;
    this.#place = place;
  }

  async run(reference: string, ...words: readonly string[]): Promise<string> {
    const command = ["/usr/bin/lading", ...words];
    return (await this.#client.ctr("run", "--rm", ...snapshots, reference, "once", ...command)).stdout;
  }

  async start({ name, reference, network, environment, volume }: Container): Promise<void> {
    const folder = this.#place.folder(volume);
    chownSync(folder, user, user);
    const flags = Object.entries(environment).flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
    if (network === "host") flags.push("--net-host");
    flags.push("--read-only", "--mount", `type=bind,src=${folder},dst=/data,options=rbind:rw`);
    await this.#client.ctr("run", "--detach", ...snapshots, ...flags, reference, name);
  }

  async exec({ name }: Container, ...words: readonly string[]): Promise<string> {
    this.#executions += 1;
    return (await this.#client.ctr("task", "exec", "--exec-id", `exec-${this.#executions}`, name, ...words)).stdout;
  }

  async output(): Promise<string> {
    return "";
  }

  async stop({ name }: Container): Promise<number> {
    await this.#client.ctr("task", "kill", "--signal", "SIGTERM", name);
    while (!(await this.#client.ctr("task", "list")).stdout.includes("STOPPED")) await Bun.sleep(100);
    // It ends with the exit code of the task, and `ctr` throws unless that is 0.
    await this.#client.ctr("task", "delete", name);
    await this.#client.ctr("container", "delete", name);
    return 0;
  }
}

const snapshots = ["--snapshotter=native"];
