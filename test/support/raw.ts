/** HTTP on a plain socket, for requests that a regular client would not send, or would normalize. */
import { connect, type Socket } from "node:net";
import { connect as connectTls, type SecureVersion, type TLSSocket } from "node:tls";

/** A request as it is sent. */
export interface RawRequest {
  readonly method: string;
  /** The target exactly as it is sent in the request line. */
  readonly target: string;
  /** Headers in order, possibly repeated. `Host` and, with a body, `Content-Length` are added automatically. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/** A response as it was received. */
export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const lineEnd = "\r\n";
const headEnd = "\r\n\r\n";

/** The TLS parameters of a client. */
export interface TlsClient {
  /** The trusted authority in PEM. */
  readonly ca: string;
  /** The newest version that the client supports. */
  readonly maxVersion?: SecureVersion;
}

/** A connection that sends requests as raw bytes. */
export class RawConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #closed = false;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake?.();
    });
    // A reset is one of several ways to close a connection; "close" follows it.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawConnection(socket)));
    });
  }

  /** Connects with TLS. Rejects if the client does not trust the server. */
  static openTls(port: number, client: TlsClient): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ port, host: "127.0.0.1", minVersion: "TLSv1", ...client });
      socket.once("error", reject);
      socket.once("secureConnect", () => resolve(new RawConnection(socket)));
    });
  }

  /** The common name in the certificate of the server. */
  get certificate(): string {
    return String((this.#socket as TLSSocket).getPeerCertificate().subject.CN);
  }

  /** The negotiated version of TLS. */
  get protocol(): string | null {
    return (this.#socket as TLSSocket).getProtocol();
  }

  /** Resolves when the system has accepted the bytes, or the connection is closed. */
  send(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.write(data, () => resolve());
    });
  }

  sendRequest(request: RawRequest): Promise<void> {
    return this.send(bytesOf(request));
  }

  /**
   * The next response, including 1xx; undefined if the connection was closed instead. `method` is the method of the
   * request.
   */
  async response(method: string): Promise<RawResponse | undefined> {
    for (;;) {
      const parsed = parseResponse(this.#received, method);
      if (parsed) {
        this.#received = this.#received.subarray(parsed.length);
        return parsed.response;
      }
      if (this.#closed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Reads nothing more from the connection until it is resumed. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Closes the connection immediately. */
  cut(): void {
    this.#socket.destroy();
  }
}

/** Sends one request on a separate connection; undefined if the connection was closed without a response. */
export async function exchange(port: number, request: RawRequest): Promise<RawResponse | undefined> {
  const connection = await RawConnection.open(port);
  try {
    await connection.sendRequest(request);
    return await connection.response(request.method);
  } finally {
    connection.cut();
  }
}

/** Sends one request as `exchange` does, and throws if there is no response. */
export async function ask(port: number, request: RawRequest): Promise<RawResponse> {
  const response = await exchange(port, request);
  if (!response) throw new Error(`${request.method} ${request.target.slice(0, 200)} was not answered`);
  return response;
}

/** The codes in the error body of a response. */
export function rawCodesOf(response: RawResponse): string[] {
  const { errors } = JSON.parse(textOf(response)) as { errors: { code: string }[] };
  return errors.map(({ code }) => code);
}

/** The body of a response as text. */
export function textOf({ body }: RawResponse): string {
  return new TextDecoder().decode(body);
}

/** The request line and the headers of a request. */
export function headOf({ method, target, headers = [], body }: RawRequest): string {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [...headers];
  if (!names.has("host")) all.unshift(["Host", "registry.test"]);
  if (body && !names.has("content-length") && !names.has("transfer-encoding")) {
    all.push(["Content-Length", String(body.length)]);
  }
  return [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), "", ""].join(lineEnd);
}

/** One chunk of a chunked body. An empty one is the last chunk. */
export function chunkOf(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(bytes.length.toString(16) + lineEnd), bytes, Buffer.from(lineEnd)]);
}

function bytesOf(request: RawRequest): Uint8Array {
  return Buffer.concat([Buffer.from(headOf(request), "latin1"), request.body ?? new Uint8Array()]);
}

/** The first response in the bytes, and its length; undefined if it is not complete. */
function parseResponse(bytes: Buffer, method: string): { response: RawResponse; length: number } | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.subarray(0, end).toString("latin1").split(lineEnd);
  const status = Number(statusLine.split(" ")[1]);
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  // Clients that need a Content-Length lose it with chunked encoding (BLOB-03), so no response of Lading is chunked.
  if (headers.has("transfer-encoding")) throw new Error("the reply is chunked");
  const bodyless = method === "HEAD" || status < 200 || status === 204 || status === 304;
  const start = end + headEnd.length;
  const length = start + (bodyless ? 0 : Number(headers.get("content-length") ?? 0));
  if (bytes.length < length) return undefined;
  return { response: { status, headers, body: new Uint8Array(bytes.subarray(start, length)) }, length };
}
