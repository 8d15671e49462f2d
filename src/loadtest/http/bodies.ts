/** The three forms of HTTP/1.1 bodies, which differ in how they end (RFC 9112, 6.3). */
import { loadtestLimits } from "../limits.ts";
import { Failure } from "../failure.ts";

type Take = (bytes: Uint8Array) => void;

/** A parser of a body. */
export interface Body {
  readonly complete: boolean;
  /** Reads bytes and returns how many of them belong to the body. If these are fewer than all, the body is complete. */
  take(bytes: Uint8Array): number;
  /** Ends the input; returns true if the body may end there. */
  closed(): boolean;
}

/** A body with a `Content-Length`. */
export class SizedBody implements Body {
  #left: number;
  readonly #take: Take;

  constructor(size: number, take: Take) {
    this.#left = size;
    this.#take = take;
  }

  get complete(): boolean {
    return this.#left === 0;
  }

  take(bytes: Uint8Array): number {
    const own = Math.min(this.#left, bytes.length);
    if (own > 0) this.#take(own === bytes.length ? bytes : bytes.subarray(0, own));
    this.#left -= own;
    return own;
  }

  closed(): boolean {
    return this.complete;
  }
}

/** A body that ends with the connection. */
export class OpenBody implements Body {
  complete = false;
  readonly #take: Take;

  constructor(take: Take) {
    this.#take = take;
  }

  take(bytes: Uint8Array): number {
    if (bytes.length > 0) this.#take(bytes);
    return bytes.length;
  }

  closed(): boolean {
    this.complete = true;
    return true;
  }
}

/** A body with chunked transfer encoding. */
export class ChunkedBody implements Body {
  complete = false;
  readonly #take: Take;
  #expects: "size" | "bytes" | "end" | "trailer" = "size";
  #line = "";
  #chunk: SizedBody;

  constructor(take: Take) {
    this.#take = take;
    this.#chunk = new SizedBody(0, take);
  }

  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && !this.complete) {
      if (this.#expects === "bytes") {
        at += this.#chunk.take(bytes.subarray(at));
        if (this.#chunk.complete) this.#expects = "end";
      } else {
        at += this.#readLine(bytes.subarray(at));
      }
    }
    return at;
  }

  closed(): boolean {
    return this.complete;
  }

  #readLine(bytes: Uint8Array): number {
    const end = bytes.indexOf(10);
    const own = end < 0 ? bytes.length : end + 1;
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, own).toString("latin1");
    if (this.#line.length > loadtestLimits.answerHeadBytes)
      throw new Failure("bad answer", "a line of a chunked body is too long");
    if (end >= 0) {
      const line = this.#line.slice(0, -1).replace(/\r$/, "");
      this.#line = "";
      this.#endLine(line);
    }
    return own;
  }

  #endLine(line: string): void {
    if (this.#expects === "size") {
      const digits = /^([0-9a-f]{1,12})(?:[ \t]*;.*)?$/i.exec(line)?.[1];
      if (digits === undefined)
        throw new Failure("bad answer", `a chunk begins with ${JSON.stringify(line.slice(0, 80))}`);
      const size = Number.parseInt(digits, 16);
      this.#chunk = new SizedBody(size, this.#take);
      this.#expects = size === 0 ? "trailer" : "bytes";
    } else if (this.#expects === "end") {
      if (line !== "") throw new Failure("bad answer", "a chunk is longer than its size");
      this.#expects = "size";
    } else {
      this.complete = line === "";
    }
  }
}
