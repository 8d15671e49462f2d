/** Pulls in progress while a registry shuts down. */
import { connect, type Socket } from "node:net";
import { blobOf } from "../support/content.ts";
import { pushBlob } from "../support/push.ts";
import { until } from "../support/until.ts";

const name = "team/pulled";
/** More bytes than the kernel buffers for a connection, so that the registry is still sending. */
const layer = blobOf("pulled", 24 * 1024 * 1024);

/** Clients that have read the beginning of a blob and wait. */
export class Pulls {
  readonly #sockets: readonly Socket[];
  readonly #read: number[];

  private constructor(sockets: readonly Socket[]) {
    this.#sockets = sockets;
    this.#read = sockets.map(() => 0);
    for (const [index, socket] of sockets.entries()) {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        const first = this.#read[index] === 0;
        this.#read[index]! += bytes.length;
        if (first) socket.pause();
      });
    }
  }

  static async begin(url: string, count: number): Promise<Pulls> {
    await pushBlob(url, name, layer);
    const { port, hostname } = new URL(url);
    const pulls = new Pulls(
      Array.from({ length: count }, () => {
        const socket = connect({ port: Number(port), host: hostname });
        socket.write(`GET /v2/${name}/blobs/${layer.digest} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
        return socket;
      }),
    );
    await until(() => pulls.#read.every((bytes) => bytes > 0));
    return pulls;
  }

  /** Reads each pull to its end. Returns the number of pulls that were incomplete. */
  async cut(): Promise<number> {
    const ended = this.#sockets.map(
      (socket, index) =>
        new Promise<boolean>((resolve) => {
          const look = () => this.#read[index]! >= layer.bytes.length && resolve(true);
          socket.on("data", look);
          socket.on("close", () => resolve(this.#read[index]! >= layer.bytes.length));
          socket.resume();
          look();
        }),
    );
    const whole = await Promise.all(ended);
    for (const socket of this.#sockets) socket.destroy();
    return whole.filter((one) => !one).length;
  }
}
