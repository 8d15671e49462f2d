// The address of the registry and how to reach it: host, TLS or not, and the prefix of repository names.
import { copyFileSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";

export interface Access {
  readonly tls: boolean;
  /** The authority that signed the registry's certificate; without it the system's own are trusted. */
  readonly caFile: string | undefined;
  /** Path in front of each repository name, if a proxy requires one; usually empty. */
  readonly prefix: string;
  /** Path in front of `/v2`, if a proxy requires one; usually empty. */
  readonly path: string;
}

export const PLAIN: Access = { tls: false, caFile: undefined, prefix: "", path: "" };

/** Selects the registry that a flag is about, if a command has two registries. */
export type Side = "" | "src-" | "dest-";

export class Endpoint {
  readonly host: string;
  /** The environment variables with which a Go program trusts the registry's certificate. */
  readonly goEnv: Readonly<Record<string, string>>;
  readonly caFile: string | undefined;
  private readonly certificateFolder: string;
  private readonly access: Access;
  private readonly ca: string | undefined;

  constructor(host: string, access: Access, certificateFolder: string) {
    this.host = host;
    this.access = access;
    this.certificateFolder = certificateFolder;
    if (access.caFile !== undefined) copyFileSync(access.caFile, join(certificateFolder, "ca.crt"));
    this.caFile = access.caFile;
    this.goEnv = access.caFile === undefined ? {} : { SSL_CERT_FILE: access.caFile };
    this.ca = access.caFile === undefined ? undefined : readFileSync(access.caFile, "utf8");
  }

  /** The name of a repository for external clients. */
  nameOf(repository: string): string {
    return this.access.prefix === "" ? repository : `${this.access.prefix}/${repository}`;
  }

  /** The name of a repository for clients; with another host if a relay is in front of the registry. */
  repository(name: string, host = this.host): string {
    return `${host}/${this.nameOf(name)}`;
  }

  /** Whether a client has to speak TLS for this reference, or host. The relays of the cases never do. */
  usesTls(reference: string): boolean {
    return this.access.tls && reference.split("/")[0] === this.host;
  }

  /** The flags for podman, buildah and skopeo to reach the registry of a reference. */
  containersFlags(reference: string, side: Side = ""): string[] {
    if (!this.usesTls(reference)) return [`--${side}tls-verify=false`];
    return [`--${side}tls-verify=true`, `--${side}cert-dir=${this.certificateFolder}`];
  }

  get path(): string {
    return this.access.path;
  }

  url(path: string): string {
    return `${this.access.tls ? "https" : "http"}://${this.host}${this.path}${path}`;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url(path), this.ca === undefined ? init : { ...init, tls: { ca: this.ca } });
  }

  /** Opens a plain connection, for code that writes HTTP itself. */
  connect(onReady?: () => void): Socket {
    const [host = "", port = ""] = this.host.split(":");
    if (!this.access.tls) return connect({ host, port: Number(port) }, onReady);
    return connectTls({ host, port: Number(port), ...(this.ca === undefined ? {} : { ca: this.ca }) }, onReady);
  }
}
