// Runs the container of a rendered StatefulSet as a process of this machine: the same flags, variables and files.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../../test/support/certificate.ts";
import { runToEnd, startProcess, type Ended, type RunningProcess } from "../../test/support/process.ts";
import type { Container, Manifests, Volume } from "./manifests.ts";

const certificate = makeCertificate();

export class LocalPod {
  readonly #manifests: Manifests;
  readonly #folder: string;

  /** The folder gets a folder for each volume. */
  constructor(manifests: Manifests, folder: string) {
    this.#manifests = manifests;
    this.#folder = folder;
    for (const volume of manifests.pod.volumes) this.#fill(volume);
  }

  get #container(): Container {
    return this.#manifests.pod.containers[0];
  }

  /** The file of the authority that has signed the certificate; undefined without TLS. */
  get caFile(): string | undefined {
    const volume = this.#manifests.pod.volumes.find(({ name }) => name === "tls");
    return volume && join(this.#folder, "tls", "tls.crt");
  }

  checkConfiguration(): Promise<Ended> {
    return runToEnd(["config", "check", ...this.#flags("127.0.0.1:0")], this.#environment);
  }

  /** Starts the registry on a free port of loopback, and not on all addresses as in a pod. */
  serve(): Promise<RunningProcess> {
    return startProcess(this.#flags("127.0.0.1:0"), this.#environment);
  }

  /** The flags after the command `serve`, with paths of this machine. */
  #flags(address: string): string[] {
    const [command, ...flags] = this.#container.args;
    if (command !== "serve") throw new Error(`the container runs ${command}`);
    return flags.map((flag, index) => (flags[index - 1] === "--listen" ? address : this.#localPath(flag)));
  }

  #localPath(flag: string): string {
    const mount = this.#container.volumeMounts.find(({ mountPath }) => `${flag}/`.startsWith(`${mountPath}/`));
    return mount ? join(this.#folder, mount.name, flag.slice(mount.mountPath.length)) : flag;
  }

  get #environment(): Readonly<Record<string, string | undefined>> {
    const variables = this.#container.env?.map(({ name, value }) => [name, value]) ?? [];
    return { LADING_WORKERS: undefined, TMPDIR: join(this.#folder, "tmp"), ...Object.fromEntries(variables) };
  }

  #fill({ name, configMap, secret }: Volume): void {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    if (configMap) project(folder, this.#manifests.files, 0o644);
    if (secret) project(folder, { "tls.crt": certificate.cert, "tls.key": certificate.key }, secret.defaultMode);
  }
}

/** Writes files as Kubernetes does: as links to links, so that it can replace all of them at once. */
function project(folder: string, files: Readonly<Record<string, string>>, mode: number): void {
  mkdirSync(join(folder, "..version"));
  symlinkSync("..version", join(folder, "..data"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, "..version", name), text, { mode });
    symlinkSync(join("..data", name), join(folder, name));
  }
}
