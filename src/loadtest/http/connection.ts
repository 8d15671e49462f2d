import type { Socket } from "bun";
import { Failure } from "../failure.ts";
import { AnswerReader, type Answer } from "./answer-reader.ts";
import type { Origin } from "./origin.ts";
import type { Request } from "./request.ts";
import type { BodyUse } from "./sinks.ts";

interface Exchange {
  readonly reader: AnswerReader;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: unknown) => void;
}

/**
 * One socket with one request at a time. It uses a plain socket, so that the load generator uses little of the CPU that
 * it measures.
 */
export class Connection {
  /** True if no more requests can be sent. */
  over = false;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  #sending = false;
  #wake: (() => void) | undefined;
  readonly #silence: NodeJS.Timeout;

  private constructor(silenceMs: number) {
    this.#silence = setTimeout(() => {
      if (this.#exchange) this.#fail(new Failure("silence", `no bytes moved for ${silenceMs} ms`));
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
    this.#exchange = { reader: new AnswerReader(request.method, use), resolve, reject };
    this.#silence.refresh();
    void this.#send(request, this.#exchange);
    return promise;
  }

  close(): void {
    this.over = true;
    clearTimeout(this.#silence);
    this.#socket?.terminate();
    this.#wake?.();
  }

  async #send({ bytes, pieces }: Request, current: Exchange): Promise<void> {
    // Most requests are sent at once, so there is nothing to wait for.
    const written = this.#write(bytes);
    if (written === bytes.length && !pieces) return;
    this.#sending = true;
    await this.#sendAll(bytes.subarray(written), current);
    for (const piece of pieces ?? []) {
      if (this.#exchange !== current) return;
      await this.#sendAll(piece, current);
    }
    if (this.#exchange === current) this.#sending = false;
  }

  async #sendAll(bytes: Uint8Array, current: Exchange): Promise<void> {
    let rest = bytes;
    while (rest.length > 0 && this.#exchange === current && !this.over) {
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
    const current = this.#exchange;
    // These bytes belong to no request, so they could not be distinguished from the next reply.
    if (!current) return this.close();
    try {
      const own = current.reader.take(bytes);
      if (!current.reader.complete) return;
      if (own < bytes.length) throw new Failure("bad answer", "a reply is longer than its head says");
      // The rest of a body that the registry did not wait for cannot be withdrawn.
      if (this.#sending || current.reader.last) this.close();
      this.#exchange = undefined;
      current.resolve(current.reader.answer());
    } catch (error) {
      this.#fail(error);
    }
  }

  #ended(): void {
    const current = this.#exchange;
    this.close();
    if (!current?.reader.closed()) return this.#fail(broken());
    this.#exchange = undefined;
    current.resolve(current.reader.answer());
  }

  #fail(failure: unknown): void {
    const current = this.#exchange;
    this.#exchange = undefined;
    this.close();
    current?.reject(failure);
  }
}

function broken(): Failure {
  return new Failure("broken connection", "the connection broke before the reply was complete");
}
