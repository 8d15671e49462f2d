import { describe, expect, test } from "bun:test";
import { parseReply, valueOf } from "./wire.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("a reply", () => {
  const whole = "HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\nContent-Length: 5\r\n\r\nhello";

  test("is parsed with its header lines unchanged, and without bytes of the next reply", () => {
    const parsed = parseReply(bytes(`${whole}HTTP/1.1 404`), "GET");
    expect(parsed).toMatchObject({ length: whole.length, reply: { status: 200, body: bytes("hello") } });
    if (typeof parsed !== "object") throw new Error("it was not read");
    expect(parsed.reply.headers).toEqual([
      ["A", "1"],
      ["a", "2"],
      ["Content-Length", "5"],
    ]);
    expect(valueOf(parsed.reply, "a")).toBe("1");
  });

  test("is incomplete before its last byte", () => {
    for (let at = 0; at < whole.length; at += 1) expect(parseReply(bytes(whole.slice(0, at)), "GET")).toBeUndefined();
  });

  test("has no body in reply to HEAD, and with status 204 or 304", () => {
    const head = whole.indexOf("hello");
    expect(parseReply(bytes(whole), "HEAD")).toMatchObject({ length: head });
    for (const status of [100, 204, 304]) {
      const text = whole.replace("200", String(status));
      expect(parseReply(bytes(text), "GET")).toMatchObject({ length: head });
    }
  });

  test("is garbled if the bytes are not HTTP", () => {
    for (const text of [
      "hello",
      "{}{}{}",
      "HTTP/1.1 abc\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ]) {
      expect(parseReply(bytes(text), "GET")).toBe("garbled");
    }
  });
});
