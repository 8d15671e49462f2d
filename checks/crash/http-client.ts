import { connect } from "node:net";

export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

const answerWithinMs = 30_000;

export class HttpClient {
  readonly #port: number;
  readonly #keepalive: boolean;

  /**
   * Without `keepalive`, each request uses a separate connection, and so any worker. If a reused connection breaks,
   * fetch sends the request again. The second answer to a delete is then that nothing exists.
   */
  constructor(port: number, keepalive = true) {
    this.#port = port;
    this.#keepalive = keepalive;
  }

  /** Throws if the connection breaks, or if no answer arrives. */
  async send({ method, path, headers = {}, body }: Outgoing): Promise<Answer> {
    const signal = AbortSignal.timeout(answerWithinMs);
    const url = `http://127.0.0.1:${this.#port}${path}`;
    const keepalive = this.#keepalive;
    const response = await fetch(url, { method, headers, signal, keepalive, ...(body && { body }) });
    return { status: response.status, headers: response.headers, bytes: await response.bytes() };
  }

  /** Announces the whole body, sends the first `sent` bytes of it, and breaks the connection. */
  async sendTorn({ method, path, headers = {}, body }: Outgoing, sent: number): Promise<void> {
    const head = { host: `127.0.0.1:${this.#port}`, "content-length": String(body?.length ?? 0), ...headers };
    const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(this.#port, "127.0.0.1");
    const closed = Promise.withResolvers<void>();
    socket.on("error", closed.reject);
    socket.on("close", () => closed.resolve());
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
    socket.write(body?.subarray(0, sent) ?? "", () => socket.destroy());
    await closed.promise;
  }
}
