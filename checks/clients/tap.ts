// A relay between clients and the registry. It records every request with its status, and can interrupt a connection
// once. So a case can check the requests of a client independent of the client's output.
import { createServer, type Server, type Socket } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  /** 0 until a response has arrived. */
  status: number;
}

/** Interrupts one connection once, after `bytes` bytes in this direction of a matching request. */
export interface Cut {
  readonly direction: "upload" | "download";
  readonly afterBytes: number;
  readonly matching: RegExp;
}

const REQUEST_LINE = /(GET|HEAD|POST|PUT|PATCH|DELETE) (\/v2\/\S*) HTTP\/1\.1\r\n/g;
const STATUS_LINE = /HTTP\/1\.1 ([2-5]\d\d) [^\r\n]*\r\n/g;
/** Longer than any expected line, so that a line in two chunks is found. */
const CARRIED_CHARACTERS = 4096;

export class Tap {
  private readonly server: Server;
  readonly host: string;
  readonly requests: RecordedRequest[] = [];
  cutsMade = 0;
  private readonly sockets = new Set<Socket>();
  private readonly pendingCuts: Cut[] = [];

  private constructor(server: Server, host: string) {
    this.server = server;
    this.host = host;
  }

  /**
   * The relay uses plain HTTP, so that it can read the requests. It connects to the registry as `connectToRegistry`
   * does.
   */
  static start(connectToRegistry: () => Socket): Promise<Tap> {
    return new Promise((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const own = server.address();
        if (own === null || typeof own === "string") return reject(new Error("no port for the relay"));
        const tap = new Tap(server, `127.0.0.1:${own.port}`);
        server.on("connection", (client) => tap.relay(client, connectToRegistry()));
        resolve(tap);
      });
    });
  }

  /** Several cuts happen one after the other. */
  cutOnce(cut: Cut): void {
    this.pendingCuts.push(cut);
  }

  /** From now on no connection is interrupted. */
  mend(): void {
    this.pendingCuts.length = 0;
  }

  /** Requests that send or could send the bytes of a blob, without HEAD requests and mounts. */
  blobUploads(): RecordedRequest[] {
    return this.requests.filter(
      ({ method, target }) => /^(POST|PATCH|PUT)$/.test(method) && target.includes("/blobs/uploads/"),
    );
  }

  clear(): void {
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private relay(client: Socket, upstream: Socket): void {
    const connection = new RecordedConnection(this.requests);
    const endBoth = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on("error", endBoth);
      socket.on("close", () => {
        this.sockets.delete(socket);
        endBoth();
      });
    }
    client.on("data", (bytes: Buffer) => {
      connection.sawRequestBytes(bytes);
      if (this.cutsNow("upload", connection)) endBoth();
      else passOn(bytes, client, upstream);
    });
    upstream.on("data", (bytes: Buffer) => {
      connection.sawReplyBytes(bytes);
      if (this.cutsNow("download", connection)) endBoth();
      else passOn(bytes, upstream, client);
    });
  }

  private cutsNow(direction: Cut["direction"], connection: RecordedConnection): boolean {
    const [cut] = this.pendingCuts;
    if (cut === undefined || cut.direction !== direction) return false;
    const passed = direction === "upload" ? connection.uploadedBytes : connection.downloadedBytes;
    if (passed < cut.afterBytes || !cut.matching.test(connection.lastRequest)) return false;
    this.pendingCuts.shift();
    this.cutsMade++;
    return true;
  }
}

function passOn(bytes: Buffer, from: Socket, to: Socket): void {
  if (to.write(bytes)) return;
  from.pause();
  to.once("drain", () => from.resume());
}

/** One keep-alive connection: HTTP/1.1 answers in the order of the requests, so the n-th status belongs to the n-th. */
class RecordedConnection {
  lastRequest = "";
  uploadedBytes = 0;
  downloadedBytes = 0;
  private requestCarry = "";
  private replyCarry = "";
  private readonly unanswered: RecordedRequest[] = [];
  private readonly requests: RecordedRequest[];

  constructor(requests: RecordedRequest[]) {
    this.requests = requests;
  }

  sawRequestBytes(bytes: Buffer): void {
    const text = this.requestCarry + bytes.toString("latin1");
    let end = 0;
    for (const match of text.matchAll(REQUEST_LINE)) {
      const [line, method = "", target = ""] = match;
      const request = { method, target, status: 0 };
      this.requests.push(request);
      this.unanswered.push(request);
      this.lastRequest = `${method} ${target}`;
      this.uploadedBytes = 0;
      this.downloadedBytes = 0;
      end = match.index + line.length;
    }
    this.uploadedBytes += bytes.length;
    this.requestCarry = text.slice(Math.max(end, text.length - CARRIED_CHARACTERS));
  }

  sawReplyBytes(bytes: Buffer): void {
    this.downloadedBytes += bytes.length;
    // The bytes of a blob could look like a status line, so the relay looks for one only while a request waits.
    if (this.unanswered.length === 0) {
      this.replyCarry = "";
      return;
    }
    const text = this.replyCarry + bytes.toString("latin1");
    let end = 0;
    for (const match of text.matchAll(STATUS_LINE)) {
      const request = this.unanswered.shift();
      if (request !== undefined) request.status = Number(match[1]);
      end = match.index + match[0].length;
    }
    this.replyCarry = text.slice(Math.max(end, text.length - CARRIED_CHARACTERS));
  }
}
