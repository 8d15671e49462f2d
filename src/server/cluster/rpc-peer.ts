/** The methods that one process may call in another, by name. All of them return a promise. */
// oxlint-disable-next-line typescript/no-explicit-any -- methods of any parameters
export type Calls = Readonly<Record<string, (...parameters: any[]) => Promise<unknown>>>;

type Message =
  /** With `id` 0, the caller expects no answer. */
  | { readonly id: number; readonly ask: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure };

/** The parts of an error that are sent: enough to tell the operator why the registry does not start. */
interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly syscall?: unknown;
}

/** The other process has exited, or did not get the call in time. */
export class PeerGone extends Error {}

/**
 * `RpcPeer` is one end of a connection between two processes. The calls and answers of one turn of the event loop go
 * in one message, because a message costs about ten microseconds at each end, whatever its size
 * (docs/decisions/0012).
 */
export class RpcPeer<Far extends Calls> {
  readonly #answers: Calls;
  readonly #send: (batch: readonly unknown[]) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #outgoing: Message[] = [];
  #last = 0;
  #gone: string | undefined;

  /** `answers` has the methods that the other side may call. */
  constructor(answers: Calls, send: (batch: readonly unknown[]) => void) {
    this.#answers = answers;
    this.#send = send;
  }

  call<Name extends keyof Far & string>(name: Name, ...parameters: Parameters<Far[Name]>): ReturnType<Far[Name]> {
    const answer = Promise.withResolvers<unknown>();
    if (this.#gone === undefined) {
      this.#last += 1;
      this.#waiting.set(this.#last, answer);
      this.#say({ id: this.#last, ask: name, parameters });
    } else {
      answer.reject(new PeerGone(this.#gone));
    }
    return answer.promise as ReturnType<Far[Name]>;
  }

  /** Calls a method without an answer. */
  notify<Name extends keyof Far & string>(name: Name, ...parameters: Parameters<Far[Name]>): void {
    if (this.#gone === undefined) this.#say({ id: 0, ask: name, parameters });
  }

  /** Handles a message of the other side. */
  receive(batch: readonly unknown[]): void {
    for (const message of batch as readonly Message[]) {
      if ("ask" in message) void this.#answer(message.id, message.ask, message.parameters);
      else this.#settle(message);
    }
  }

  /** Ends all calls, because nothing more will arrive from the other side. */
  close(reason: string): void {
    this.#gone = reason;
    this.#outgoing = [];
    for (const { reject } of this.#waiting.values()) reject(new PeerGone(reason));
    this.#waiting.clear();
  }

  async #answer(id: number, name: string, parameters: readonly unknown[]): Promise<void> {
    try {
      const value = await this.#answers[name]!(...parameters);
      if (id > 0) this.#say({ id, value });
    } catch (error) {
      const { name: kind, message, code, syscall } = error as NodeJS.ErrnoException;
      if (id > 0) this.#say({ id, failure: { name: kind, message, code, syscall } });
    }
  }

  #settle(message: Exclude<Message, { readonly ask: string }>): void {
    const answer = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ("failure" in message) answer?.reject(Object.assign(new Error(message.failure.message), message.failure));
    else answer?.resolve(message.value);
  }

  #say(message: Message): void {
    if (this.#gone !== undefined) return;
    this.#outgoing.push(message);
    if (this.#outgoing.length === 1) setImmediate(() => this.#flush());
  }

  #flush(): void {
    const batch = this.#outgoing;
    this.#outgoing = [];
    if (batch.length > 0) this.#send(batch);
  }
}
