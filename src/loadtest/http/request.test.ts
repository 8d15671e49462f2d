import { expect, test } from "bun:test";
import { parseOrigin } from "./origin.ts";
import { requestOf } from "./request.ts";

const origin = parseOrigin("http://127.0.0.1:5000")!;
const textOf = ({ bytes }: { readonly bytes: Uint8Array }) => Buffer.from(bytes).toString("latin1");

test("a read has no Content-Length", () => {
  const request = requestOf(origin, "GET", "/v2/", { headers: { Accept: "*/*" } });
  expect(textOf(request)).toBe("GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nAccept: */*\r\n\r\n");
});

test("a write without a body has Content-Length 0", () => {
  expect(textOf(requestOf(origin, "POST", "/a"))).toBe(
    "POST /a HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nContent-Length: 0\r\n\r\n",
  );
});

test("a small body is sent with the head, a stream after it", () => {
  const body = Buffer.from("hello");
  const head = "PUT /a HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nContent-Length: 5\r\n\r\n";
  expect(textOf(requestOf(origin, "PUT", "/a", { body }))).toBe(`${head}hello`);
  const streamed = requestOf(origin, "PUT", "/a", { body: { size: 5, pieces: [body] } });
  expect([textOf(streamed), [...streamed.pieces!]]).toEqual([head, [body]]);
});

test.each([
  ["http://127.0.0.1:5000", { hostname: "127.0.0.1", port: 5000, host: "127.0.0.1:5000" }],
  ["http://registry.example/", { hostname: "registry.example", port: 80, host: "registry.example" }],
  ["http://[::1]:5000", { hostname: "::1", port: 5000, host: "[::1]:5000" }],
])("%s is an origin", (text, expected) => {
  expect(parseOrigin(text)).toEqual(expected);
});

test.each(["", "127.0.0.1:5000", "https://a", "http://a/b", "http://a/?b", "http://a/#b", "http://u:p@a", "ftp://a"])(
  "%j is not an origin",
  (text) => expect(parseOrigin(text)).toBeUndefined(),
);
