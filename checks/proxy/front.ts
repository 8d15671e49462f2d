// The registry as clients reach it: an address with TLS, and possibly a path before /v2 or a prefix of each name.
import { RawConnection } from "../../test/support/raw.ts";

export interface FrontendOptions {
  readonly port: number;
  /** The authority that signed the certificate in PEM, and its file. */
  readonly ca: string;
  readonly caFile: string;
  readonly path: string;
  readonly prefix: string;
  /** The name and the password for each request; absent if none is needed. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
}

export class Front {
  readonly caFile: string;
  readonly prefix: string;
  readonly path: string;
  readonly #port: number;
  readonly #ca: string;
  readonly #authorization: string | undefined;

  constructor({ port, ca, caFile, path, prefix, user }: FrontendOptions) {
    this.#authorization = user && `Basic ${btoa(`${user.name}:${user.password}`)}`;
    [this.#port, this.#ca] = [port, ca];
    [this.caFile, this.prefix, this.path] = [caFile, prefix, path];
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The name of a repository for clients. */
  nameOf(repository: string): string {
    return this.prefix === "" ? repository : `${this.prefix}/${repository}`;
  }

  /** The path of a repository for clients. */
  pathOf(repository: string, rest: string): string {
    return `${this.path}/v2/${this.nameOf(repository)}/${rest}`;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#authorization !== undefined && !headers.has("authorization")) {
      headers.set("authorization", this.#authorization);
    }
    return fetch(`https://${this.host}${path}`, { ...init, headers, tls: { ca: this.#ca } });
  }

  connect(): Promise<RawConnection> {
    return RawConnection.openTls(this.#port, { ca: this.#ca });
  }

  /** The common name in the certificate that a new connection gets. */
  async certificate(): Promise<string> {
    const connection = await this.connect();
    const { certificate } = connection;
    connection.cut();
    return certificate;
  }

  answers(): Promise<boolean> {
    return this.fetch(`${this.path}/v2/`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }
}
