import { describe, expect, test } from "bun:test";
import { array, assert, integer, property } from "fast-check";
import { loadtestLimits } from "../limits.ts";
import { ociLimits } from "../../oci/limits.ts";
import { digestOf } from "../../oci/digest.ts";
import { Failure } from "../failure.ts";
import { AnswerReader } from "./answer-reader.ts";
import type { Method } from "./request.ts";
import type { BodyUse } from "./sinks.ts";

/** Feeds the text in pieces that end at these positions. Returns the reader and the number of bytes that it took. */
function read(text: string, ends: readonly number[] = [], method: Method = "GET", use: BodyUse = "keep") {
  const bytes = Buffer.from(text, "latin1");
  const reader = new AnswerReader(method, use);
  let taken = 0;
  for (const end of [...ends, bytes.length].toSorted((a, b) => a - b)) {
    if (!reader.complete && end > taken) taken += reader.take(bytes.subarray(taken, end));
  }
  return { reader, taken };
}

const sized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Two:  a : b \r\n\r\nhello";
const chunked =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n02;name=value\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n";
const interim = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${sized}`;

describe("a reply is the same in any pieces", () => {
  test.each([
    ["of a length", sized],
    ["in chunks", chunked],
    ["behind interim ones", interim],
  ])("%s", (_, text) => {
    assert(
      property(array(integer({ min: 1, max: text.length }), { maxLength: 12 }), (ends) => {
        const { reader, taken } = read(text, ends);
        expect([reader.complete, reader.last, taken]).toEqual([true, false, text.length]);
        const { status, length, body } = reader.answer();
        expect([status, length, Buffer.from(body!).toString()]).toEqual([200, 5, "hello"]);
      }),
    );
  });

  test("byte by byte", () => {
    for (const text of [sized, chunked, interim]) {
      const { reader } = read(
        text,
        Array.from({ length: text.length }, (_, at) => at),
      );
      expect([reader.complete, Buffer.from(reader.answer().body!).toString()]).toEqual([true, "hello"]);
    }
  });

  test.each([sized, chunked, interim])("no part of %j is complete", (text) => {
    for (let end = 1; end < text.length; end += 1) {
      const { reader } = read(text.slice(0, end));
      expect([end, reader.complete, reader.closed()]).toEqual([end, false, false]);
    }
  });
});

test("header names are lower case, and values have no space around them", () => {
  const { headers } = read(sized).reader.answer();
  expect([...headers]).toEqual([
    ["content-length", "5"],
    ["x-two", "a : b"],
  ]);
});

test.each([sized, chunked, interim])("bytes after %j are not taken", (text) => {
  const { reader, taken } = read(`${text}HTTP/1.1 404 Not Found\r\n\r\n`);
  expect([reader.complete, taken, reader.answer().status]).toEqual([true, text.length, 200]);
});

test.each([
  ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"],
  ["HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["GET", "HTTP/1.1 204 No Content\r\n\r\n"],
  ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"],
  ["PUT", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"],
] as const)("%s: %j has no body", (method, text) => {
  const { reader } = read(text, [], method);
  expect([reader.complete, reader.answer().length]).toEqual([true, 0]);
});

test("a body without a length ends with the connection", () => {
  const { reader } = read("HTTP/1.1 200 OK\r\n\r\nhello");
  expect([reader.complete, reader.last]).toEqual([false, true]);
  expect([reader.closed(), reader.complete, reader.answer().length]).toEqual([true, true, 5]);
});

test("the last reply of a connection is marked", () => {
  expect(read("HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 0\r\n\r\n").reader.last).toBe(true);
});

test("a body is counted, hashed or stored", () => {
  expect(read(chunked, [], "GET", "count").reader.answer()).toMatchObject({ length: 5 });
  expect(read(chunked, [50], "GET", "digest").reader.answer().digest).toBe(digestOf(Buffer.from("hello")));
});

test.each([
  ["no status", "SSH-2.0-x\r\n\r\n"],
  ["the status of another protocol", "HTTP/1.0 200 OK\r\n\r\n"],
  ["a header without a name", "HTTP/1.1 200 OK\r\n: 1\r\n\r\n"],
  ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"],
  ["a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"],
  ["a chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhel\r\n"],
  ["a head without an end", `HTTP/1.1 200 OK\r\nA: ${"a".repeat(loadtestLimits.answerHeadBytes)}`],
  [
    "a chunk line without an end",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"1".repeat(loadtestLimits.answerHeadBytes + 1)}`,
  ],
])("%s is a bad answer", (_, text) => {
  expect(() => read(text)).toThrow(Failure);
});

test("a stored body has a maximum length", () => {
  const size = ociLimits.answerBytes + 1;
  const text = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n${"a".repeat(size)}`;
  expect(() => read(text)).toThrow(Failure);
  expect(read(text, [], "GET", "count").reader.answer().length).toBe(size);
});
