/**
 * Sends conversations to the registry over connections that stay open as long as both sides agree, and judges the
 * responses.
 */
import type { Conversation } from "./conversation.ts";
import { isClosing, isOurs, judge } from "./judge.ts";
import type { Message } from "./message.ts";
import { answers, nextSentinel } from "./sentinel.ts";
import { hiddenName } from "./smuggling.ts";
import { Wire, type Next, type Reply } from "./wire.ts";

/** Milliseconds in which a required response must arrive; it is long, because the machine is busy. */
const patienceMs = 20_000;
/** Milliseconds to wait if the parser may be waiting for more bytes. */
const doubtMs = 300;

export interface Finding {
  readonly message: Message;
  readonly complaints: readonly string[];
}

/** Called with the result of each message. */
export type Listener = (message: Message, next: Next) => void;

export class Speaker {
  readonly #port: number;
  readonly #listener: Listener;
  #wire: Wire | undefined;

  constructor(port: number, listener: Listener) {
    this.#port = port;
    this.#listener = listener;
  }

  async speak(talk: Conversation): Promise<Finding[]> {
    const findings: Finding[] = [];
    let step = talk.next([]);
    while (!step.done) {
      const replies =
        step.value.length === 1
          ? [await this.#one(step.value[0]!, findings)]
          : await this.#together(step.value, findings);
      step = talk.next(replies);
    }
    return findings;
  }

  end(): void {
    this.#wire?.cut();
    this.#wire = undefined;
  }

  async #one(message: Message, findings: Finding[]): Promise<Reply | undefined> {
    this.#wire ??= await Wire.open(this.#port);
    const wire = this.#wire;
    wire.send(message.bytes);
    if (message.leeway === "cut") {
      this.end();
      this.#listener(message, "silent");
      return undefined;
    }
    const next = await wire.next(message.method, message.leeway === "registry" ? patienceMs : doubtMs);
    this.#listener(message, next);
    const complaints = [...judge(message, next), ...hidden(next)];
    if (typeof next !== "object" || isClosing(next) || closes(message)) this.end();
    else complaints.push(...(await this.#agree(wire, message)));
    if (complaints.length > 0) findings.push({ message, complaints });
    return typeof next === "object" ? next : undefined;
  }

  /** Whether the registry treats the next bytes as a separate request. */
  async #agree(wire: Wire, { leeway }: Message): Promise<string[]> {
    const sentinel = nextSentinel();
    wire.send(sentinel.message.bytes);
    const next = await wire.next("GET", leeway === "registry" ? patienceMs : doubtMs);
    if (answers(sentinel, next) && wire.surplus === 0) return [];
    this.end();
    // Bytes after a request with a wrong length are no request, and end the connection.
    const refused = next === "closed" || next === "silent" || (typeof next === "object" && !isOurs(next));
    if (leeway === "parser" && refused) return [];
    return [`the next request was answered ${inWords(next)}`, ...hidden(next)];
  }

  /**
   * Sends all messages in one write, each followed by a sentinel. The HTTP server closes if a request arrives while
   * another one is being answered (docs/divergences.md). The responses before that must be in order.
   */
  async #together(messages: readonly Message[], findings: Finding[]): Promise<(Reply | undefined)[]> {
    this.end();
    const wire = await Wire.open(this.#port);
    const pairs = messages.map((message) => ({ message, sentinel: nextSentinel() }));
    wire.send(Buffer.concat(pairs.flatMap(({ message, sentinel }) => [message.bytes, sentinel.message.bytes])));
    const replies: (Reply | undefined)[] = [];
    for (const { message, sentinel } of pairs) {
      const next = await wire.next(message.method, patienceMs);
      this.#listener(message, next);
      const complaints = next === "closed" ? [] : judge(message, next);
      const closing = typeof next !== "object" || isClosing(next) || closes(message);
      if (!closing) {
        const after = await wire.next("GET", patienceMs);
        if (after === "closed") break;
        if (!answers(sentinel, after)) complaints.push(`the request behind it was answered ${inWords(after)}`);
      }
      if (complaints.length > 0) findings.push({ message, complaints });
      if (closing || complaints.length > 0) break;
      replies.push(next);
    }
    wire.cut();
    return replies;
  }
}

function closes({ bytes }: Message): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1", 0, 20_000);
  return /^[^\r]* HTTP\/1\.0\r/.test(head) || /\r\nConnection: [^\r]*close/i.test(head);
}

function hidden(next: Next): string[] {
  const answered = typeof next === "object" && next.body.includes(`"name":"${hiddenName}"`);
  return answered ? ["the request that was hidden in it was answered"] : [];
}

function inWords(next: Next): string {
  if (typeof next !== "object") return `with nothing: ${next}`;
  return `with ${next.status} ${JSON.stringify(next.body.toString("latin1").slice(0, 200))}`;
}
