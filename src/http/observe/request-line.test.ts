import { expect, test } from "bun:test";
import { noPaint, terminalPaint } from "../../base/paint.ts";
import type { RequestEvent } from "./request-event.ts";
import { lineOf } from "./request-line.ts";

const base: RequestEvent = {
  id: "1",
  method: "GET",
  path: "/v2/team/app/manifests/1.0",
  status: 200,
  durationMs: 1.25,
  remote: "192.0.2.1",
};
const textOf = (event: Partial<RequestEvent>) => lineOf({ ...base, ...event }, noPaint);

test("a request is the repository with its reference, and the first product of the client", () => {
  const app = { repository: "team/app", userAgent: "docker/27.3.1 go/go1.22.7 os/linux" };
  expect(textOf({ ...app, reference: "1.0", sentBytes: 1536 })).toBe(
    "GET    200 team/app:1.0 out 1.5 KiB 1.3 ms 192.0.2.1 docker/27.3.1",
  );
  expect(textOf({ ...app, reference: `sha256:${"0123456789abcdef".repeat(4)}` })).toContain(
    " team/app@sha256:0123456789ab 1.3 ms ",
  );
});

test("a request without a reference is its path", () => {
  const path = "/v2/team/app/tags/list";
  expect(textOf({ path, repository: "team/app" })).toBe(`GET    200 ${path} 1.3 ms 192.0.2.1`);
});

test("an upload session has the beginning of its id", () => {
  const path = "/v2/team/app/blobs/uploads/9771d98e-12bb-49fd-baf6-1ade9684b7ff";
  expect(textOf({ path, method: "PATCH", status: 202, repository: "team/app" })).toBe(
    "PATCH  202 /v2/team/app/blobs/uploads/9771d98e 1.3 ms 192.0.2.1",
  );
});

test.each([
  [1, "1 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [5 * 1024 ** 3, "5.0 GiB"],
  [2048 * 1024 ** 4, "2048.0 TiB"],
])("%d received bytes are %s", (receivedBytes, text) => {
  expect(textOf({ receivedBytes })).toContain(` in ${text} `);
});

test("a duration from a second on is in seconds", () => {
  expect(textOf({ durationMs: 61_234 })).toContain(" 61.23 s ");
});

test("a failure says what and why, and a client cannot end the line", () => {
  const line = textOf({
    path: "/a b",
    userAgent: 'x"\x1b[31m\n',
    status: 404,
    failure: "ROUTE_UNKNOWN",
    error: "no\nroute",
  });
  expect(line).toBe(String.raw`GET    404 "/a b" 1.3 ms 192.0.2.1 "x\"\u001b[31m\n" ROUTE_UNKNOWN "no\nroute"`);
});

test.each([
  [200, 32],
  [304, 36],
  [404, 33],
  [500, 31],
])("the status %d has colour %d", (status, code) => {
  expect(lineOf({ ...base, status }, terminalPaint)).toContain(` \x1b[${code}m${status}\x1b[0m `);
});
