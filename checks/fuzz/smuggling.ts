/**
 * Requests that hide another one where two readers of HTTP/1.1 might see its start. RFC 9112 either forbids the outer
 * request, or makes the inner one a part of its body. The inner one must never be answered.
 */
import type { Message } from "./message.ts";

/** The repository name in each hidden request, so that it can be found in responses and in the log. */
export const hiddenName = "hidden/inside";

const inner = `GET /v2/${hiddenName}/tags/list HTTP/1.1\r\nHost: registry.test\r\n\r\n`;

interface Shape {
  readonly name: string;
  /** Header lines, each with its line end; what follows the head. */
  readonly head: string;
  readonly body: string;
}

const chunks = (data: string) => `${data.length.toString(16)}\r\n${data}\r\n0\r\n\r\n`;

/** A reader of the length sees only a body. A reader of the chunks sees the hidden request. */
function lengthOverChunks(name: string, coding: string): Shape {
  const body = `0\r\n\r\n${inner}`;
  return { name: `${name}, hidden from the length`, head: `Content-Length: ${body.length}\r\n${coding}`, body };
}

/** A reader of the chunks sees only a body. A reader of the length sees the hidden request. */
function chunksOverLength(name: string, coding: string): Shape {
  const body = chunks(inner);
  return {
    name: `${name}, hidden from the chunks`,
    head: `${coding}Content-Length: ${body.indexOf("\n") + 1}\r\n`,
    body,
  };
}

const codings: Readonly<Record<string, string>> = {
  "a length and chunks": "Transfer-Encoding: chunked\r\n",
  "another case": "tRaNsFeR-eNcOdInG: Chunked\r\n",
  "an unknown coding": "Transfer-Encoding: xchunked\r\n",
  "chunked not the last": "Transfer-Encoding: chunked, identity\r\n",
  "identity before chunked": "Transfer-Encoding: identity, chunked\r\n",
  "two codings in two lines": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
  "the same coding twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
  "a tab before the coding": "Transfer-Encoding:\tchunked\r\n",
  "a vertical tab before the coding": "Transfer-Encoding: \x0bchunked\r\n",
  "a form feed after the coding": "Transfer-Encoding: chunked\x0c\r\n",
  "NUL after the coding": "Transfer-Encoding: chunked\0\r\n",
  "a quoted coding": 'Transfer-Encoding: "chunked"\r\n',
  "a coding with a parameter": "Transfer-Encoding: chunked;q=1\r\n",
  "an empty coding": "Transfer-Encoding:\r\n",
  "a space before the colon": "Transfer-Encoding : chunked\r\n",
  "a tab before the colon": "Transfer-Encoding\t: chunked\r\n",
  "a space before the name": " Transfer-Encoding: chunked\r\n",
  "a folded line": "X-Fold: a\r\n Transfer-Encoding: chunked\r\n",
  "a folded value": "Transfer-Encoding:\r\n chunked\r\n",
  "a bare LF before the name": "X-Line: a\nTransfer-Encoding: chunked\r\n",
  "a bare CR before the name": "X-Line: a\rTransfer-Encoding: chunked\r\n",
  "a bare LF after the coding": "Transfer-Encoding: chunked\n",
};

/** Five bytes in one reading, everything in another. */
const lengths: Readonly<Record<string, string>> = {
  "two lengths": "Content-Length: 5\r\nContent-Length: ALL\r\n",
  "two lengths, the other way": "Content-Length: ALL\r\nContent-Length: 5\r\n",
  "two lengths in one line": "Content-Length: 5, ALL\r\n",
  "a signed length": "Content-Length: +5\r\n",
  "a negative length": "Content-Length: -5\r\n",
  "a hexadecimal length": "Content-Length: 0x5\r\n",
  "an exponent": "Content-Length: 5e0\r\n",
  "a fraction": "Content-Length: 5.0\r\n",
  "a space in the length": "Content-Length: 5 5\r\n",
  "a length that wraps at 64 bits": "Content-Length: 18446744073709551621\r\n",
  "a length that wraps at 63 bits": "Content-Length: 9223372036854775813\r\n",
  "a length that wraps at 32 bits": "Content-Length: 4294967301\r\n",
  "an empty length": "Content-Length:\r\n",
  "a vertical tab in the length": "Content-Length: \x0b5\r\n",
  "digits that are not ASCII": "Content-Length: \xd9\xa5\r\n",
  "a space before the colon of the length": "Content-Length : 5\r\n",
  "a folded length": "Content-Length:\r\n 5\r\n",
  "a second length in another case": "content-length: ALL\r\nCONTENT-LENGTH: 5\r\n",
  "a length with leading zeros": "Content-Length: 00ALL\r\n",
  "an equal length twice": "Content-Length: ALL\r\nContent-Length: ALL\r\n",
  "a length named as hop by hop": "Connection: Content-Length\r\nContent-Length: ALL\r\n",
  "a length and an upgrade": "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: ALL\r\n",
  "a length and an expectation": "Expect: 100-continue\r\nContent-Length: ALL\r\n",
};

/** Chunked bodies that do not end correctly before the hidden request. */
const chunkedBodies: Readonly<Record<string, string>> = {
  "0x before a chunk's size": `0x5\r\nhello\r\n0\r\n\r\n${inner}`,
  "a sign before a chunk's size": `+5\r\nhello\r\n0\r\n\r\n${inner}`,
  "a negative chunk": `-5\r\nhello\r\n0\r\n\r\n${inner}`,
  "a space before a chunk's size": ` 5\r\nhello\r\n0\r\n\r\n${inner}`,
  "a chunk's size that wraps at 64 bits": `10000000000000005\r\nhello\r\n0\r\n\r\n${inner}`,
  "a chunk's size that wraps at 32 bits": `100000005\r\nhello\r\n0\r\n\r\n${inner}`,
  "no size": `\r\nhello\r\n0\r\n\r\n${inner}`,
  "a chunk that is longer than its size": `3\r\nhello\r\n0\r\n\r\n${inner}`,
  "a chunk that is shorter than its size": `9\r\nhello\r\n0\r\n\r\n${inner}`,
  "no line end after a chunk": `5\r\nhello0\r\n\r\n${inner}`,
  "a bare LF after a chunk": `5\r\nhello\n0\r\n\r\n${inner}`,
  "a bare LF after the size": `5\nhello\r\n0\r\n\r\n${inner}`,
  "a bare LF at the end": `5\r\nhello\r\n0\n\n${inner}`,
  "a bare CR after the size": `5\rhello\r\n0\r\n\r\n${inner}`,
  "a line end in an extension": `5;a=\n${inner}`,
  "a quoted line end in an extension": `5;a="\r\n0\r\n\r\n${inner}"\r\nhello\r\n0\r\n\r\n`,
  "an extension of the last chunk": `5\r\nhello\r\n0;${inner}`,
  "the trailer section": `5\r\nhello\r\n0\r\n${inner}`,
  "a trailer before it": `5\r\nhello\r\n0\r\nX-Trailer: ${inner}`,
  "the data of a chunk": chunks(inner),
};

const shapes: readonly Shape[] = [
  ...Object.entries(codings).flatMap(([name, coding]) => [
    lengthOverChunks(name, coding),
    chunksOverLength(name, coding),
  ]),
  ...Object.entries(lengths).map(([name, head]) => {
    const body = `12345${inner}`;
    return { name, head: head.replaceAll("ALL", String(body.length)), body };
  }),
  ...Object.entries(chunkedBodies).map(([name, body]) => ({ name, head: "Transfer-Encoding: chunked\r\n", body })),
];

/** A body that is read into memory, one that is refused before it is read, and one that no row accepts. */
const carriers: readonly (readonly [method: string, target: string])[] = [
  ["PUT", "/v2/fuzz/a/manifests/carrier"],
  ["PATCH", "/v2/fuzz/a/blobs/uploads/5586ec55-d95f-4436-b3e7-1d7283bbc31e"],
  ["GET", "/v2/"],
];

export interface HidingMessage extends Message {
  readonly name: string;
}

export const shapeCount = shapes.length;

export const hidingMessages: readonly HidingMessage[] = shapes.flatMap(({ name, head, body }) =>
  carriers.map(([method, target]) => ({
    name: `${name}, ${method}`,
    method,
    bytes: Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: registry.test\r\n${head}\r\n${body}`, "latin1"),
    leeway: "parser" as const,
  })),
);
