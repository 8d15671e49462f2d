// The registry as clients meet it: an address with TLS, perhaps a path before /v2, perhaps a component before each name.
import { RawConnection } from "../../test/support/raw.ts";

export interface FrontendOptions {
  readonly port: number;
  /** PEM of the authority that signed the certificate, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  readonly path: string;
  readonly prefix: string;
  /** Whose name and password each request has; absent, none. */
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

  /** The name that clients know a repository by. */
  nameOf(repository: string): string {
    return this.prefix === "" ? repository : `${this.prefix}/${repository}`;
  }

  /** The path that clients ask for something of a repository. */
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
