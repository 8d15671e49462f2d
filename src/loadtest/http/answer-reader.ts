import { loadtestLimits } from "../limits.ts";
import type { Digest } from "../../oci/digest.ts";
import { Failure } from "../failure.ts";
import { ChunkedBody, OpenBody, SizedBody, type Body } from "./bodies.ts";
import type { Method } from "./request.ts";
import { sinkFor, type BodyUse, type Sink } from "./sinks.ts";

/** A reply. */
export interface Answer {
  readonly status: number;
  /** Headers by their names in lower case. Of two headers with one name, the last counts. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of the received body. */
  readonly length: number;
  readonly digest?: Digest;
  readonly body?: Uint8Array;
}

const headEnd = "\r\n\r\n";

/** Parses the reply to one request from the bytes of a connection, in pieces of any size. */
export class AnswerReader {
  readonly #method: Method;
  readonly #sink: Sink;
  /** The bytes of an incomplete head. */
  #partialHead: Buffer | undefined;
  #status = 0;
  #headers = new Map<string, string>();
  #length = 0;
  #body: Body | undefined;

  constructor(method: Method, use: BodyUse) {
    this.#method = method;
    this.#sink = sinkFor(use);
  }

  get complete(): boolean {
    return this.#body?.complete ?? false;
  }

  /** True if the connection ends with this reply. */
  get last(): boolean {
    return this.#body instanceof OpenBody || /\bclose\b/i.test(this.#headers.get("connection") ?? "");
  }

  /**
   * Reads bytes and returns how many of them belong to the reply. If these are fewer than all, the reply is complete.
   */
  take(bytes: Buffer): number {
    let at = 0;
    while (!this.#body && at < bytes.length) at += this.#readHead(bytes.subarray(at));
    if (this.#body) at += this.#body.take(bytes.subarray(at));
    return at;
  }

  /** Ends the input; returns false if the reply is incomplete. */
  closed(): boolean {
    return this.#body?.closed() ?? false;
  }

  answer(): Answer {
    return { status: this.#status, headers: this.#headers, length: this.#length, ...this.#sink.end() };
  }

  #readHead(bytes: Buffer): number {
    const before = this.#partialHead?.length ?? 0;
    const all = this.#partialHead ? Buffer.concat([this.#partialHead, bytes]) : bytes;
    const end = all.indexOf(headEnd);
    if (end > loadtestLimits.answerHeadBytes || (end < 0 && all.length > loadtestLimits.answerHeadBytes)) {
      throw new Failure("bad answer", "the head of a reply is too long");
    }
    if (end < 0) {
      this.#partialHead = Buffer.from(all);
      return bytes.length;
    }
    this.#partialHead = undefined;
    this.#parseHead(all.toString("latin1", 0, end));
    return end + headEnd.length - before;
  }

  #parseHead(text: string): void {
    const [statusLine = "", ...lines] = text.split("\r\n");
    const status = /^HTTP\/1\.1 ([1-9][0-9]{2})(?: |$)/.exec(statusLine)?.[1];
    if (status === undefined)
      throw new Failure("bad answer", `a reply begins with ${JSON.stringify(statusLine.slice(0, 80))}`);
    this.#status = Number(status);
    // An interim reply; the final one follows.
    if (this.#status < 200) return;
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 1) throw new Failure("bad answer", `${JSON.stringify(line.slice(0, 80))} is not a header`);
      this.#headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
    }
    this.#body = this.#bodyOf();
  }

  #bodyOf(): Body {
    const take = (bytes: Uint8Array) => {
      this.#length += bytes.length;
      this.#sink.take(bytes);
    };
    const bodyless = this.#method === "HEAD" || this.#status === 204 || this.#status === 304;
    if (bodyless) return new SizedBody(0, take);
    if (/\bchunked$/i.test(this.#headers.get("transfer-encoding") ?? "")) return new ChunkedBody(take);
    const length = this.#headers.get("content-length");
    if (length === undefined) return new OpenBody(take);
    if (!/^[0-9]{1,15}$/.test(length))
      throw new Failure("bad answer", `Content-Length is ${JSON.stringify(length.slice(0, 80))}`);
    return new SizedBody(Number(length), take);
  }
}
