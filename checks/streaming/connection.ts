import { connect, type Socket } from "node:net";

export interface Head {
  readonly status: number;
  /** The headers, with names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A client that sends exactly the given bytes at the given time, without buffering. */
export class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  #received = "";
  #closedAt: number | undefined;
  #changed = Promise.withResolvers<void>();

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#host = `127.0.0.1:${port}`;
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      this.#received += String(text);
      this.#notice();
    });
    socket.on("drain", () => this.#notice());
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closedAt = performance.now();
      this.#notice();
    });
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Connection(socket, port)));
    });
  }

  /** When the other side closed the connection, by `performance.now`; undefined if it has not. */
  get closedAt(): number | undefined {
    return this.#closedAt;
  }

  async sendHead(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const lines = Object.entries({ host: this.#host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    await this.send(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  }

  /** Resolves when there is room for more bytes; throws if the connection is closed first. */
  async send(bytes: Uint8Array | string): Promise<void> {
    if (this.#closedAt === undefined && !this.#socket.write(bytes)) {
      while (this.#socket.writableNeedDrain && this.#closedAt === undefined) await this.#change();
    }
    if (this.#closedAt !== undefined) throw new Error("the registry closed the connection while it was sent to");
  }

  /** The next response, which must have no body. */
  async reply(): Promise<Head> {
    for (;;) {
      const end = this.#received.indexOf("\r\n\r\n");
      if (end >= 0) {
        const [statusLine = "", ...lines] = this.#received.slice(0, end).split("\r\n");
        this.#received = this.#received.slice(end + 4);
        return { status: Number(statusLine.split(" ")[1]), headers: new Map(lines.map(parseHeader)) };
      }
      if (this.#closedAt !== undefined) throw new Error("the registry closed the connection without a reply");
      await this.#change();
    }
  }

  /** Resolves when the other side has closed the connection. */
  async closed(): Promise<void> {
    while (this.#closedAt === undefined) await this.#change();
  }

  end(): void {
    this.#socket.destroy();
  }

  #change(): Promise<void> {
    return this.#changed.promise;
  }

  #notice(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
