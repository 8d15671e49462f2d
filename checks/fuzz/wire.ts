/** A connection that records every byte of a response: its header lines unchanged, in order, and with repetitions. */
import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/**
 * `closed`: by the other side, without a partial response; `silent`: nothing arrived in time; `garbled`: not a
 * response.
 */
export type Next = Reply | "closed" | "silent" | "garbled";

const headEnd = "\r\n\r\n";

export class Wire {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #closed = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    // A reset is one of several ways to close a connection; "close" follows it.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  static open(port: number): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Wire(socket)));
    });
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The reply to a request of this method. */
  async next(method: string, withinMs: number): Promise<Next> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const reply = this.#take(method);
      if (reply) return reply;
      if (this.#closed) return this.#received.length === 0 ? "closed" : "garbled";
      const left = deadline - performance.now();
      if (left <= 0) return "silent";
      await this.#change(left);
    }
  }

  /** The number of received bytes that belong to no expected response. */
  get surplus(): number {
    return this.#received.length;
  }

  /** From now on, received bytes stay in the socket. */
  stopReading(): void {
    this.#socket.pause();
  }

  cut(): void {
    this.#socket.destroy();
  }

  async #change(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, withinMs);
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }

  /** 1xx responses are dropped, because they do not end a request. */
  #take(method: string): Reply | "garbled" | undefined {
    for (;;) {
      const parsed = parseReply(this.#received, method);
      if (parsed === undefined || parsed === "garbled") return parsed;
      this.#received = this.#received.subarray(parsed.length);
      if (parsed.reply.status >= 200) return parsed.reply;
    }
  }
}

/** The first response in the bytes, and its length; undefined if it is not complete. */
export function parseReply(bytes: Buffer, method: string): { reply: Reply; length: number } | "garbled" | undefined {
  if (bytes.length >= 5 && bytes.toString("latin1", 0, 5) !== "HTTP/") return "garbled";
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  if (!status) return "garbled";
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(": ");
    return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 2)];
  });
  const bodyless = method === "HEAD" || status < 200 || status === 204 || status === 304;
  const start = end + headEnd.length;
  const length = start + (bodyless ? 0 : Number(valueOf({ headers }, "content-length") ?? 0));
  if (Number.isNaN(length)) return "garbled";
  if (bytes.length < length) return undefined;
  return { reply: { status, headers, body: Buffer.from(bytes.subarray(start, length)) }, length };
}

export function valueOf({ headers }: Pick<Reply, "headers">, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1];
}
