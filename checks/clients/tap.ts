// A relay between clients and the registry that notes every request and its status, and can cut a connection once.
// It lets a case say from the registry's side what was asked of it, whatever the client prints.
import { createServer, type Server, type Socket } from "node:net";

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  /** 0 while no answer has been seen. */
  status: number;
}

/** Cuts one connection, once, after so many bytes have passed in the given direction of a request that matches. */
export interface Cut {
  readonly direction: "upload" | "download";
  readonly afterBytes: number;
  readonly matching: RegExp;
}

const REQUEST_LINE = /(GET|HEAD|POST|PUT|PATCH|DELETE) (\/v2\/\S*) HTTP\/1\.1\r\n/g;
const STATUS_LINE = /HTTP\/1\.1 ([2-5]\d\d) [^\r\n]*\r\n/g;
/** Longer than any line looked for, so that one that is split over two chunks is still seen whole. */
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

  /** The relay itself speaks plain HTTP, so that it can read; towards the registry it speaks what the registry does. */
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

  /** Asked for several times, one cut follows after the other. */
  cutOnce(cut: Cut): void {
    this.pendingCuts.push(cut);
  }

  /** From now on nothing is cut. */
  mend(): void {
    this.pendingCuts.length = 0;
  }

  /** Requests that send or could send blob bytes. Asking with HEAD, and mounting, are not among them. */
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
    // A blob's bytes could look like a status line; without a request that waits there is nothing to look for.
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
