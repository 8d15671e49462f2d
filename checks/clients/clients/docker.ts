// The Docker engine and its command line. The engine runs without network bridge or firewall rules, so it needs no
// more than root inside a container.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "../assertions.ts";
import { run, runInto, type CommandOutput } from "../command.ts";
import { Daemon } from "../daemon.ts";
import type { Endpoint } from "../endpoint.ts";
import type { ImageInputs, ImageSource } from "../images.ts";
import type { PulledImage } from "../layout.ts";
import { treeOfTar, type Tree } from "../tree.ts";
import type { Workplace } from "../workplace.ts";
import { digestIn, repositoryOf, type Client, type ClientKind, type Surroundings, versionIn } from "./client.ts";

export const docker: ClientKind = {
  name: "docker",
  programs: ["docker", "dockerd"],
  rootReason: "the Docker engine",
  create: (around) => new DockerClient(around),
};

/** What the engine itself puts into every container; `docker export` shows it among the image's files. */
const ENGINE_FILES = new Set([".dockerenv", "dev/console", "etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"]);

export class DockerClient implements Client {
  private readonly place: Workplace;
  private readonly inputs: ImageInputs;
  private readonly endpoint: Endpoint;
  readonly name = "docker";
  private readonly env: Readonly<Record<string, string>>;
  private readonly socket: string;
  private engine: Daemon | undefined;

  constructor({ place, inputs, endpoint }: Surroundings) {
    this.place = place;
    this.inputs = inputs;
    this.endpoint = endpoint;
    this.socket = `unix://${join(place.folder("docker"), "engine.sock")}`;
    this.env = {
      ...place.env,
      DOCKER_HOST: this.socket,
      DOCKER_CONFIG: place.folder("docker/config"),
      // The newer builder is a separate download; the classic one is part of the engine.
      DOCKER_BUILDKIT: "0",
    };
  }

  async start(): Promise<string> {
    const folder = this.place.folder("docker");
    const command = ["dockerd", "--iptables=false", "--bridge=none", "--storage-driver=vfs", "-H", this.socket];
    command.push("--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"));
    command.push("--pidfile", join(folder, "engine.pid"), "--insecure-registry", "127.0.0.0/8");
    this.engine = await Daemon.start({
      command,
      env: { ...this.env, ...this.endpoint.goEnv },
      logFile: join(folder, "engine.log"),
      isReady: () =>
        this.docker("version").then(
          () => true,
          () => false,
        ),
      readyWithinMs: 30_000,
    });
    const engine = versionIn(await this.docker("version", "--format", "{{.Server.Version}}"));
    return `${versionIn(await this.docker("--version"))}, engine ${engine}`;
  }

  async stop(): Promise<void> {
    await this.engine?.stop();
    // The engine leaves this mount if a container has used the network of the machine. It keeps the folder busy.
    const mount = join(this.place.folder("docker/exec"), "netns", "default");
    if (readFileSync("/proc/self/mounts", "utf8").includes(` ${mount} `)) {
      await run(["umount", mount], { env: this.place.env });
    }
  }

  async load(source: ImageSource): Promise<void> {
    await this.docker("build", "--quiet", "--tag", localName(source.name), this.inputs.buildContext(source));
  }

  async push(imageName: string, reference: string): Promise<string> {
    return digestIn(await this.pushOutput(imageName, reference));
  }

  /** Pushes what was pulled, under another name. */
  async pushPulled(source: string, target: string): Promise<string> {
    await this.docker("tag", source, target);
    return digestIn((await this.docker("push", target)).stdout);
  }

  /** Pushes an image, and returns docker's line for each layer. */
  async pushOutput(imageName: string, reference: string): Promise<string> {
    await this.docker("tag", localName(imageName), reference);
    return (await this.docker("push", reference)).stdout;
  }

  async pull(reference: string, architecture = "amd64"): Promise<PulledImage> {
    await this.docker("pull", "--quiet", "--platform", `linux/${architecture}`, reference);
    const inspected = await this.docker("image", "inspect", "--format", "{{json .}}", reference);
    const image = JSON.parse(inspected.stdout) as { Id: string; RepoDigests: string[] };
    const own = image.RepoDigests.find((name) => name.startsWith(`${repositoryOf(reference)}@`));
    assert(own !== undefined, `docker knows no digest for ${reference}`);
    return { manifestDigest: digestIn(own), configDigest: image.Id, tree: await this.treeOf(image.Id) };
  }

  async forget(): Promise<void> {
    const ids = (await this.docker("image", "ls", "--all", "--quiet")).stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await this.docker("image", "rm", "--force", ...new Set(ids));
  }

  private async treeOf(imageId: string): Promise<Tree> {
    const container = (await this.docker("create", imageId, "/bin/sh")).stdout.trim();
    try {
      const exported = await runInto(["docker", "export", container], { env: this.env }, treeOfTar);
      return new Map([...exported.result].filter(([path]) => !ENGINE_FILES.has(path)));
    } finally {
      await this.docker("rm", container);
    }
  }

  /** Runs a command of docker with this engine. */
  docker(...args: string[]): Promise<CommandOutput> {
    return run(["docker", ...args], { env: this.env });
  }
}

function localName(imageName: string): string {
  return `made/${imageName}:latest`;
}
