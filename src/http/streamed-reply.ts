import type { StreamSource } from "../api/handler-types.ts";
import { ClientGone } from "../base/async/fair-line.ts";
import { RegistryError } from "../oci/errors.ts";
import type { Holder } from "../base/async/budget.ts";

/** The options of a streamed reply. */
export interface StreamOptions {
  /** The key that all requests of one client share. */
  readonly client: string;
  /** Milliseconds after which a client that accepts no bytes has to give way to a waiting one. */
  readonly slowAfterMs: number;
  readonly now?: () => number;
}

/**
 * A reply of unknown length. It gets a piece from its source only after the client has accepted the previous one. If the
 * source fails, or the client is too slow while others wait, the connection breaks. So a client never takes a part of the
 * content for all of it.
 */
export class StreamedReply implements Holder {
  readonly client: string;
  readonly #slowAfterMs: number;
  readonly #now: () => number;
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<unknown>();
  readonly #source: StreamSource;
  #pieces: AsyncIterator<Uint8Array> | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** The time since which the runtime has a piece for the client; undefined while the source makes the next one. */
  #offeredAt: number | undefined;
  #sentBytes = 0;

  constructor(source: StreamSource, { client, slowAfterMs, now = () => performance.now() }: StreamOptions) {
    this.#source = source;
    this.client = client;
    this.#slowAfterMs = slowAfterMs;
    this.#now = now;
  }

  /** The number of bytes that the runtime has accepted for the client. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Resolves when the reply has ended: with undefined after its last byte, and otherwise with the reason. */
  get ended(): Promise<unknown> {
    return this.#ended.promise;
  }

  /** Starts the reply. The runtime cancels the stream if the client disconnects later; `gone` tells that it already has. */
  start(gone: AbortSignal): ReadableStream<Uint8Array> {
    this.#offeredAt = this.#now();
    const leave = () => this.#end(new ClientGone());
    if (gone.aborted) leave();
    else gone.addEventListener("abort", leave, { once: true });
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#next(),
        cancel: leave,
      },
      { highWaterMark: 0 },
    );
  }

  slowness(now: number): number | undefined {
    if (this.#offeredAt === undefined) return undefined;
    const waitedMs = now - this.#offeredAt;
    return waitedMs >= this.#slowAfterMs ? waitedMs : undefined;
  }

  giveWay(): void {
    const message = "the client received the reply too slowly while other requests waited";
    this.stop(new RegistryError("TOO_MANY_REQUESTS", { message }));
  }

  /** Ends the reply before its last byte, and breaks the connection. */
  stop(error: unknown): void {
    if (this.#ending.signal.aborted) return;
    // Without the error, which the runtime would print. The log has it.
    this.#controller?.error();
    this.#end(error);
  }

  async #next(): Promise<void> {
    this.#offeredAt = undefined;
    try {
      this.#pieces ??= this.#source(this.#ending.signal)[Symbol.asyncIterator]();
      const { done, value } = await this.#pieces.next();
      if (this.#ending.signal.aborted) return;
      if (done) return this.#finish();
      this.#sentBytes += value.length;
      this.#offeredAt = this.#now();
      this.#controller!.enqueue(value);
    } catch (error) {
      this.stop(error);
    }
  }

  #finish(): void {
    this.#controller!.close();
    this.#end(undefined);
  }

  /** A source that waits for something sees the signal. A source that waits for nothing ends at its last piece. */
  #end(reason: unknown): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(reason);
    this.#pieces?.return?.().catch(() => undefined);
    this.#ended.resolve(reason);
  }
}
