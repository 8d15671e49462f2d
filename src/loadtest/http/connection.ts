import type { Socket } from "bun";
import { Failure } from "../failure.ts";
import { AnswerReader, type Answer } from "./answer-reader.ts";
import type { Origin } from "./origin.ts";
import type { Request } from "./request.ts";
import type { BodyUse } from "./sinks.ts";

interface Asked {
  readonly reader: AnswerReader;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: unknown) => void;
}

/** One socket, one request at a time. On a bare socket, so that the driver takes little of the machine that it measures. */
export class Connection {
  /** It cannot be asked any more. */
  over = false;
  #socket: Socket | undefined;
  #asked: Asked | undefined;
  #sending = false;
  #wake: (() => void) | undefined;
  readonly #silence: NodeJS.Timeout;

  private constructor(silenceMs: number) {
    this.#silence = setTimeout(() => {
      if (this.#asked) this.#fail(new Failure("silence", `nothing moved for ${silenceMs} ms`));
      else this.#silence.refresh();
    }, silenceMs);
  }

  static async open({ hostname, port, host }: Origin, silenceMs: number): Promise<Connection> {
    const connection = new Connection(silenceMs);
    try {
      connection.#socket = await Bun.connect({ hostname, port, socket: connection.#handlers() });
      return connection;
    } catch (error) {
      connection.close();
      throw new Failure("no connection", `cannot connect to ${host}: ${(error as Error).message}`);
    }
  }

  exchange(request: Request, use: BodyUse): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#asked = { reader: new AnswerReader(request.method, use), resolve, reject };
    this.#silence.refresh();
    void this.#send(request, this.#asked);
    return promise;
  }

  close(): void {
    this.over = true;
    clearTimeout(this.#silence);
    this.#socket?.terminate();
    this.#wake?.();
  }

  async #send({ bytes, pieces }: Request, asked: Asked): Promise<void> {
    // Most requests go out at once; then nothing has to be waited for.
    const written = this.#write(bytes);
    if (written === bytes.length && !pieces) return;
    this.#sending = true;
    await this.#sendAll(bytes.subarray(written), asked);
    for (const piece of pieces ?? []) {
      if (this.#asked !== asked) return;
      await this.#sendAll(piece, asked);
    }
    if (this.#asked === asked) this.#sending = false;
  }

  async #sendAll(bytes: Uint8Array, asked: Asked): Promise<void> {
    let rest = bytes;
    while (rest.length > 0 && this.#asked === asked && !this.over) {
      const drained = Promise.withResolvers<void>();
      this.#wake = drained.resolve;
      rest = rest.subarray(this.#write(rest));
      if (rest.length > 0) await drained.promise;
    }
  }

  #write(bytes: Uint8Array): number {
    const written = this.over ? 0 : this.#socket!.write(bytes);
    if (written < 0) this.#fail(broken());
    return Math.max(0, written);
  }

  #handlers() {
    return {
      data: (_socket: Socket, bytes: Buffer) => this.#received(bytes),
      drain: () => {
        this.#silence.refresh();
        this.#wake?.();
      },
      error: () => this.#ended(),
      close: () => this.#ended(),
      end: () => this.#ended(),
    };
  }

  #received(bytes: Buffer): void {
    this.#silence.refresh();
    const asked = this.#asked;
    // Nobody asked for these bytes, so whatever comes next could not be told from them.
    if (!asked) return this.close();
    try {
      const own = asked.reader.take(bytes);
      if (!asked.reader.complete) return;
      if (own < bytes.length) throw new Failure("bad answer", "an answer is longer than it says");
      // A body that the registry did not wait for cannot be taken back.
      if (this.#sending || asked.reader.last) this.close();
      this.#asked = undefined;
      asked.resolve(asked.reader.answer());
    } catch (error) {
      this.#fail(error);
    }
  }

  #ended(): void {
    const asked = this.#asked;
    this.close();
    if (!asked?.reader.closed()) return this.#fail(broken());
    this.#asked = undefined;
    asked.resolve(asked.reader.answer());
  }

  #fail(failure: unknown): void {
    const asked = this.#asked;
    this.#asked = undefined;
    this.close();
    asked?.reject(failure);
  }
}

function broken(): Failure {
  return new Failure("broken connection", "the connection broke before the answer was whole");
}
